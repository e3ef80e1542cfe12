import { assertEquals, assertRejects } from "@std/assert";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { packMessage, unpackMessage } from "../../lib/api/any.ts";
import { RequestQueue } from "../../lib/api/request_queue.ts";
import { UnsupportedError } from "../../lib/errors/errors.ts";
import { StreamInitSchema } from "../../lib/gen/containerd/services/streaming_pb.ts";
import { ImageStoreSchema } from "../../lib/gen/containerd/transfer/image_store_pb.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("streaming: stream", async (t) => {
  const requests = new RequestQueue<ReturnType<typeof packMessage>>();
  requests.push(packMessage(StreamInitSchema, { id: "mine" }));
  const answers = t.ns.api.streaming.stream(requests);
  if (t.version === "1.6") {
    await assertRejects(() => answers.next(), UnsupportedError);
    return;
  }
  const { value } = await answers.next();
  assertEquals(unpackMessage(EmptySchema, value)?.$typeName, "google.protobuf.Empty");
  await answers.return?.();
});

daemonTest("transfer: transfer", async (t) => {
  const { name } = await t.image();
  const call = t.ns.api.transfer.transfer({
    source: packMessage(ImageStoreSchema, { name }),
    destination: packMessage(ImageStoreSchema, { name: "copy" }),
  });
  if (t.version === "1.6") {
    await assertRejects(() => call, UnsupportedError);
    return;
  }
  await call;
  assertEquals((await t.ns.images.get("copy")).digest, (await t.image()).digest);
});
