/**
 * Stores a blob from a stream that breaks, goes on where it stopped, and reads parts of it.
 *
 * Run: `deno run -A examples/content.ts`, or `deno task example examples/content.ts`.
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace("content");
// Blobs that nothing names are collected: a lease keeps them meanwhile.
await using lease = await ns.leases.create({ expires: "10m" });
const { content } = ns.withLease(lease);

async function* numbers(until: number) {
  const encoder = new TextEncoder();
  for (let i = 0; i < until; i++) yield await encoder.encode(`${i}\n`.repeat(1000));
}

async function* broken() {
  yield* numbers(1000);
  throw new Error("the line is dead");
}

const ref = "numbers";
await content.write(broken(), { ref }).catch((error) => console.log(error.message));
for (const { ref, offsetBytes } of await content.ingests()) {
  console.log(`ingest ${ref} has ${offsetBytes} bytes`);
}
const { digest, sizeBytes } = await content.write(numbers(1000), { ref });
console.log(`${digest} has ${sizeBytes} bytes`);

const part = content.read(digest, { offset: sizeBytes - 8, sizeBytes: 8 });
console.log(JSON.stringify(await new Response(part).text()));

const zipped = content.writable({ labels: { of: digest } });
await content.read(digest).pipeThrough(new CompressionStream("gzip")).pipeTo(zipped);
console.log(`zipped: ${(await zipped.result).sizeBytes} bytes`);
