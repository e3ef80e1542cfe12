/**
 * Takes a container through its states, follows what it writes, and finds it again by name.
 *
 * Run: `deno task example examples/states.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/states.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("states");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

// Lines of both streams as they come, with the time.
for await (const { time, stream, text } of ns.run(image).sh`echo out; echo err >&2`.follow()) {
  console.log(time instanceof Date, stream, text);
}

// Each state is a class: what cannot be done is an error of the compiler.
await using created = await ns.container("worker").image(image).sh`
  trap 'echo bye; exit 5' TERM
  echo at work
  while :; do sleep 0.1; done`.create();
console.log(created.state);
const running = await created.start();
await running.until(/at work/);
const paused = await running.pause();
console.log(paused.state, (await ns.containers.list({ state: "paused" })).map(({ id }) => id));
const resumed = await paused.resume();
console.log(await resumed.exec("cat", "/etc/hostname").exitCode());
const stopped = await resumed.stop({ timeout: "10s" });
console.log(stopped.state, stopped.exitCode);

const renamed = await stopped.rename("former-worker");
const found = await ns.containers.get("former-worker");
console.log(found.id, renamed.name, found.state);
if (found.state === "stopped") {
  const again = await found.start();
  const { State, Config } = await again.inspect({ format: "docker" });
  console.log(State.Status, Config.Cmd[0]);
  await again.exec("sleep", "60").detach();
  console.log((await again.top()).length > 1);
}
