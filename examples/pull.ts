/**
 * Pulls an image with progress as data, and exports it. Without a registry it shows what a failure
 * looks like.
 *
 * Run: `deno run -A examples/pull.ts`, or `deno task example examples/pull.ts`.
 */
import { connect, PullError } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace("pull");

// Any registry will do: DAVIT_IMAGE=docker.io/library/alpine:3.20 pulls a real image.
const reference = Deno.env.get("DAVIT_IMAGE") ?? "127.0.0.1:1/nobody/listens:1";
try {
  const image = await ns.images.pull(reference, {
    onProgress: ({ phase, name, current, total }) => {
      if (total > 0 && current === total) console.log(`${phase} ${name}: ${total} bytes`);
    },
    signal: AbortSignal.timeout(30_000),
  });
  console.log(`${image.name} is ${image.digest}`);
  await image.exportTo("image.tar");
} catch (error) {
  if (!(error instanceof PullError)) throw error;
  // "not_found", "unauthenticated", "unavailable"…: the code says what to do about it.
  console.log(`${error.code}: ${error.message}`);
}
