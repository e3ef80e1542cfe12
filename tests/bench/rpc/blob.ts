import { Content, WriteAction } from "../../../lib/gen/containerd/services/content_pb.ts";
import { dialUnix } from "../../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../../lib/rpc/transport.ts";

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Puts a blob of random bytes into the content store. @returns Its digest. */
export async function putBlob(address: string, namespace: string, bytes: number): Promise<string> {
  const data = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
  const digest = `sha256:${new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex()}`;
  await using transport = createGrpcTransport({ dial: dialUnix(address), address });
  const ref = crypto.randomUUID();
  const { message } = await transport.stream(
    Content.method.write,
    undefined,
    60_000,
    { "containerd-namespace": namespace },
    (async function* () {
      const total = BigInt(bytes);
      for (let at = 0; at < bytes; at += CHUNK_BYTES) {
        yield {
          action: WriteAction.WRITE,
          ref,
          total,
          offset: BigInt(at),
          data: await Promise.resolve(data.subarray(at, at + CHUNK_BYTES)),
        };
      }
      yield { action: WriteAction.COMMIT, ref, total, offset: total, expected: digest };
    })(),
  );
  for await (const _ of message);
  return digest;
}

/** Removes a blob from the content store. */
export async function removeBlob(
  address: string,
  namespace: string,
  digest: string,
): Promise<void> {
  await using transport = createGrpcTransport({ dial: dialUnix(address), address });
  await transport.unary(
    Content.method.delete,
    undefined,
    60_000,
    { "containerd-namespace": namespace },
    { digest },
  );
}
