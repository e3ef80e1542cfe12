/**
 * Watches the health of a container, and waits until it is ready.
 *
 * Run: `deno task example examples/health.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/health.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect, TimeoutError } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("health");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

await using service = await ns.container("service").image(image)
  .healthcheck({ exec: "test -e /tmp/up", interval: "100ms", retries: 2, startPeriod: "5s" })
  .sh`echo starting; sleep 0.5; touch /tmp/up; echo ready to serve; sleep 1h`
  .start();

// Several ways to wait; a container that ends meanwhile is an error that shows its last words.
await service.until(/ready/);
await service.until("healthy", { timeout: "10s" });
console.log("it is ready");
await service.until({ port: 80 }, { timeout: "300ms" }).catch((error) => {
  if (!(error instanceof TimeoutError)) throw error;
  console.log(error.message);
});

// Every change, until the container ends.
const watched = (async () => {
  let wasUnwell = false;
  for await (const { status, probe } of service.health()) {
    console.log(status, probe?.exitCode ?? "");
    if (wasUnwell && status === "healthy") break;
    if (status !== "unhealthy") continue;
    wasUnwell = true;
    await service.exec("touch", "/tmp/up");
  }
})();
await service.exec("rm", "/tmp/up");
await watched;

let samples = 0;
for await (const { cpuPercent, memoryBytes, pids } of service.stats({ every: "200ms" })) {
  console.log(
    `${cpuPercent.toFixed(1)} % CPU, ${(memoryBytes / 1e6).toFixed(1)} MB, ${pids} processes`,
  );
  if (++samples === 2) break;
}
