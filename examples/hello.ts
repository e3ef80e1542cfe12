/**
 * Builds a tiny image from one static binary, runs it, and shows what came out.
 *
 * Run: `deno task hello`, or, where containerd and a static busybox are on PATH,
 * `deno run -A examples/hello.ts`.
 */
import { connect, ExitError } from "@davit/sdk";

const began = performance.now();
const took = (since: number) => `${Math.round(performance.now() - since)} ms`;

// A daemon that runs already is used; where there is none, a private one is started, and stopped at
// the end.
await using davit = await connect({ start: true });
const { version } = await davit.version();
console.log(`containerd ${version} at ${davit.address} (${took(began)})`);

const ns = davit.namespace("hello");

// An image from nothing: one file, one link, and how to run it. No Dockerfile, no build daemon.
let since = performance.now();
const image = await ns.build("scratch")
  .copy(await findBusybox(), "/bin/busybox", { mode: 0o755 })
  .env({ PATH: "/bin" })
  .entrypoint("/bin/busybox")
  .tag("hello:latest")
  .build();
console.log(`built ${image.name} ${image.digest.slice(0, 19)}… (${took(since)})`);

// Run it. Output and exit code come back; the container is gone afterwards.
since = performance.now();
const result = await ns.run(image).command("echo", "Hello from a container!");
console.log(`\n  ${result.stdout.trim()}\n`);
console.log(`exit code ${result.exitCode} (${took(since)})`);

// Kernel and host name are the container's own view; a limit is one more word.
const kernel = await ns.run(image).memory("64MiB").command("uname", "-sr").text();
console.log(`kernel: ${kernel}`);

// What goes wrong throws, with the code and what the process said.
try {
  await ns.run(image).command("cat", "/no/such/file");
} catch (error) {
  if (!(error instanceof ExitError)) throw error;
  console.log(`an error is data: exit code ${error.exitCode}, "${error.stderrTail.trim()}"`);
}

console.log(`done in ${took(began)}`);

/** A static busybox: the set-up's, or the system's. */
async function findBusybox(): Promise<string> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const folder of folders) {
    const path = `${folder}/busybox`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  console.error('No static busybox on PATH: run "deno task hello", or install busybox-static');
  Deno.exit(1);
}
