/**
 * Publishes events from a process of its own: `publish.ts ADDRESS NAMESPACE COUNT`.
 *
 * @module
 */
import { packMessage } from "../../../lib/api/any.ts";
import { ImageCreateSchema } from "../../../lib/gen/containerd/events/image_pb.ts";
import { clientOf } from "../../harness/daemons.ts";

const AT_ONCE = 100;

const [address, namespace, count] = Deno.args;
if (address === undefined || namespace === undefined || count === undefined) {
  throw new Error("usage: publish.ts ADDRESS NAMESPACE COUNT");
}
await using client = clientOf(address);
const { events } = client.namespace(namespace).api;
let left = Number(count);
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (left-- > 0) {
    const event = packMessage(ImageCreateSchema, { name: "bench", labels: { a: "1", b: "2" } });
    await events.publish({ topic: "/images/create", event });
  }
}));
