/**
 * A web server's image from TypeScript only: a base of one static binary, pages out of memory, a
 * health check, a user of its own. Then it serves.
 *
 * Run: `deno task example examples/build_web.ts`
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace("build-web");

const base = ns.build("scratch").as("base")
  .copy(await findBusybox(), "/bin/busybox", { mode: 0o755 })
  .copy({
    "passwd": "root:x:0:0::/:/bin/sh\nwww:x:900:900::/srv/www:/bin/sh\n",
    "group": "root:x:0:\nwww:x:900:\n",
  }, "/etc")
  .env({ PATH: "/bin" })
  .run({ argv: ["/bin/busybox", "--install", "-s", "/bin"], network: "none" });

const page = (title: string) => `<!doctype html><title>${title}</title><h1>${title}</h1>\n`;
const web = ns.build(base)
  .copy({ "index.html": page("Hello"), "about.html": page("About") }, "/srv/www", { owner: "www" })
  .workdir("/srv/www").user("www").expose(8080)
  .healthcheck({ http: { port: 8080 }, interval: "5s" })
  .entrypoint("httpd", "-f", "-p", "8080", "-h", "/srv/www")
  .tag("web:1");

const image = await web.build({ progress: "plain" });
console.log(`built ${image.name} ${image.digest.slice(0, 19)}…`);

const started = performance.now();
const again = await web.build();
console.log(`again, from the cache: ${Math.round(performance.now() - started)} ms`);
console.log(`the same image: ${again.digest === image.digest}`);

for (const { stage, name, state } of (await web.plan({ cache: true })).checked) {
  console.log(`  ${state.padEnd(6)} ${stage}: ${name}`);
}

await using server = await ns.container().image(image).start();
for (let i = 0; i < 50; i++) {
  const answer = await server.exec("wget", "-q", "-O", "-", "http://127.0.0.1:8080/").noThrow();
  if (answer.exitCode === 0) {
    console.log(answer.stdout.trim());
    break;
  }
}

/** A static busybox: the set-up's, or the system's. */
async function findBusybox(): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/busybox`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  console.error("No static busybox on PATH: install busybox-static");
  Deno.exit(1);
}
