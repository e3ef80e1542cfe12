/**
 * Large requests: what is written to the content store need not be in a cassette twice over.
 *
 * @module
 */
import { digestOf } from "../oci/digest.ts";
import { decodeBytes, type Json } from "./cassette_format.ts";

/** Up to here, bytes are recorded as they are. */
const MAX_BYTES = 1024;

/** A request with its large bytes replaced by their digest and size. */
export async function shortened(request: Json): Promise<Json> {
  if (typeof request !== "object" || request === null || Array.isArray(request)) return request;
  const { data } = request;
  if (data === undefined) return request;
  const bytes = new Uint8Array(decodeBytes(data));
  if (bytes.length <= MAX_BYTES) return request;
  return { ...request, data: { $digest: await digestOf(bytes), size: bytes.length } };
}
