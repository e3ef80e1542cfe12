/**
 * A container with as little as it needs: who set what, what is dangerous, and what it sees.
 *
 * Run: `deno task example examples/options.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/options.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("options");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

const loose = ns.run(image).mount({ bind: "/etc", to: "/host" }).capabilities({
  add: ["SYS_ADMIN"],
});
for (const { severity, rule, by, message } of await loose.lint()) {
  console.log(`${severity.padEnd(6)} ${rule} (${by}): ${message}`);
}

// Nothing of the host, a user of its own, limits.
const tight = ns.run(image).user("nobody").capabilities({ drop: ["ALL"] })
  .memory("128MiB").cpu({ shares: 512 }).pids(64).ulimit("nofile", 256)
  .readonlyRootfs().mount({ tmpfs: "16MiB", to: "/tmp" }).hostname("tight");
console.log(`${await tight.lint().then((found) => found.length)} warnings are left`);

// Who set what, of all that is not containerd's default; nothing is made for it.
console.log(`${await tight.spec()}`);

// What it is like inside.
console.log(
  await tight.sh`id; hostname; grep CapEff /proc/self/status; ulimit -n
  touch /nope 2>&1 || touch /tmp/fine && echo only /tmp is writable`.text(),
);
