/**
 * Stands in for a daemon with many containers, in a process of its own: so many real ones are too
 * much for most machines that measure. It answers what a dashboard asks, in full size.
 *
 * Arguments: the socket's path, and how many containers. Prints a line when it listens.
 *
 * @module
 */
import { connectNodeAdapter } from "npm:@connectrpc/connect-node@2.2.0";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import http2 from "node:http2";
import { packMessage } from "../../../lib/api/any.ts";
import { MetricsSchema } from "../../../lib/gen/cgroups/v2_pb.ts";
import {
  Containers,
  type ContainerSchema,
} from "../../../lib/gen/containerd/services/containers_pb.ts";
import { Events } from "../../../lib/gen/containerd/services/events_pb.ts";
import { Images } from "../../../lib/gen/containerd/services/images_pb.ts";
import { Namespaces } from "../../../lib/gen/containerd/services/namespaces_pb.ts";
import { Tasks } from "../../../lib/gen/containerd/services/tasks_pb.ts";
import { Version } from "../../../lib/gen/containerd/services/version_pb.ts";
import { type Envelope, EnvelopeSchema } from "../../../lib/gen/containerd/types/envelope_pb.ts";
import { Status } from "../../../lib/gen/containerd/types/task_pb.ts";

const [path = "", count = "500"] = Deno.args;
const ids = Array.from({ length: Number(count) }, (_, at) => `service-${at}-${"ab12cd".repeat(4)}`);

const records = ids.map((id, at): MessageInitShape<typeof ContainerSchema> => ({
  id,
  image: `registry.example/team/service-${at % 40}:v1.${at}`,
  labels: { "nerdctl/namespace": "default", "app": `service-${at % 40}` },
  runtime: { name: "io.containerd.runc.v2" },
  snapshotter: "overlayfs",
  snapshotKey: id,
  createdAt: timestampNow(),
}));

let round = 0;

/** What the kernel tells of a cgroup: all fields have values, as those of a busy container have. */
function metricsOf(at: number) {
  const memory = Object.fromEntries(
    MetricsSchema.field.memory.message!.fields.filter(({ fieldKind }) => fieldKind === "scalar")
      .map(({ localName }) => [localName, 50_000_000n + BigInt(at * 1000)]),
  );
  return create(MetricsSchema, {
    pids: { current: 12n, limit: 1000n },
    cpu: {
      usageUsec: BigInt(round) * 50_000n + BigInt(at),
      userUsec: BigInt(round) * 30_000n,
      systemUsec: BigInt(round) * 20_000n,
      nrPeriods: 100n,
    },
    memory,
    io: { usage: [{ major: 8n, rbytes: 1_000_000n, wbytes: 2_000_000n, rios: 100n, wios: 200n }] },
    memoryEvents: { low: 0n, high: 0n, max: 1n, oom: 0n, oomKill: 0n },
  });
}

const listeners = new Set<(envelope: Envelope) => void>();

const handler = connectNodeAdapter({
  routes: (router) => {
    router.service(Version, { version: () => ({ version: "v2.1.0", revision: "stand-in" }) });
    router.service(Namespaces, { list: () => ({ namespaces: [{ name: "default" }] }) });
    router.service(Images, { list: () => ({ images: [] }) });
    router.service(Containers, {
      list: () => ({ containers: records }),
      async *listStream() {
        for (const container of records) yield await Promise.resolve({ container });
      },
    });
    router.service(Tasks, {
      list: () => ({
        tasks: ids.map((id, at) => ({
          id,
          containerId: id,
          pid: 1000 + at,
          status: Status.RUNNING,
        })),
      }),
      metrics: () => {
        round++;
        return {
          metrics: ids.map((id, at) => ({
            id,
            timestamp: timestampNow(),
            data: packMessage(MetricsSchema, metricsOf(at)),
          })),
        };
      },
    });
    router.service(Events, {
      publish: ({ topic, event }, { requestHeader }) => {
        const namespace = requestHeader.get("containerd-namespace") ?? "";
        const envelope = create(EnvelopeSchema, { topic, namespace, timestamp: timestampNow() });
        if (event) envelope.event = event;
        for (const listener of listeners) listener(envelope);
        return {};
      },
      async *subscribe(_, { signal }) {
        const waiting: Envelope[] = [];
        let wake = () => {};
        const listener = (envelope: Envelope) => {
          waiting.push(envelope);
          wake();
        };
        listeners.add(listener);
        signal.addEventListener("abort", () => wake());
        while (!signal.aborted) {
          yield* waiting.splice(0);
          if (waiting.length === 0) await new Promise<void>((resolve) => wake = resolve);
        }
        listeners.delete(listener);
      },
    });
  },
});

http2.createServer(handler).listen(path, () => console.log("listening"));
