/** What the tests of single RPCs share. @module */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Api } from "../../lib/api/api.ts";
import { RequestQueue } from "../../lib/api/request_queue.ts";
import { JSON_TYPES, packSpec } from "../../lib/api/any.ts";
import {
  WriteAction,
  type WriteContentRequestSchema,
} from "../../lib/gen/containerd/services/content_pb.ts";
import type { Process, Spec } from "../../lib/oci/runtime_spec.ts";
import type { DaemonTestEnv } from "../harness/daemons.ts";

/** Writes a blob by one message. Returns its digest. */
export async function putBlob(
  api: Api,
  data: Uint8Array,
  labels: Record<string, string> = {},
): Promise<string> {
  const requests = new RequestQueue<MessageInitShape<typeof WriteContentRequestSchema>>();
  requests.push({
    action: WriteAction.COMMIT,
    ref: `put-${crypto.randomUUID()}`,
    data,
    total: BigInt(data.length),
    labels,
  });
  requests.end();
  let digest = "";
  for await (const response of api.content.write(requests)) digest = response.digest;
  return digest;
}

/** A container with a snapshot of the busybox image and a process that can be talked to. */
export async function makeContainer(
  t: DaemonTestEnv,
  ...args: string[]
): Promise<{ id: string; spec: Spec } & AsyncDisposable> {
  const id = `raw-${crypto.randomUUID().slice(0, 8)}`;
  const { oci: spec } = await t.ns.run(await t.image()).command(...args).spec();
  const parent = (await (await t.image()).unpack())!;
  await t.ns.api.containers.create({
    container: {
      id,
      image: "raw",
      runtime: { name: "io.containerd.runc.v2" },
      spec: packSpec(JSON_TYPES.spec, spec),
      snapshotter: "overlayfs",
      snapshotKey: id,
    },
  });
  await t.ns.api.snapshots.prepare({ snapshotter: "overlayfs", key: id, parent });
  return {
    id,
    spec,
    async [Symbol.asyncDispose]() {
      await t.ns.api.containers.delete({ id }).catch(() => {});
      await t.ns.api.snapshots.remove({ snapshotter: "overlayfs", key: id }).catch(() => {});
    },
  };
}

/** A created task of {@linkcode makeContainer}; killed and deleted at the end of the scope. */
export async function makeTask(
  t: DaemonTestEnv,
  ...args: string[]
): Promise<{ id: string; pid: number; process: Process } & AsyncDisposable> {
  const container = await makeContainer(t, ...args);
  const { mounts } = await t.ns.api.snapshots.mounts({
    snapshotter: "overlayfs",
    key: container.id,
  });
  const { pid } = await t.ns.api.tasks.create({ containerId: container.id, rootfs: mounts });
  return {
    id: container.id,
    pid,
    process: container.spec.process!,
    async [Symbol.asyncDispose]() {
      const { tasks } = t.ns.api;
      const ended = tasks.wait({ containerId: container.id }).catch(() => {});
      await tasks.kill({ containerId: container.id, signal: 9, all: true }).catch(() => {});
      await ended;
      await tasks.delete({ containerId: container.id }).catch(() => {});
      await container[Symbol.asyncDispose]();
    },
  };
}
