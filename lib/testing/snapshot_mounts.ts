/**
 * The mounts of the fake's snapshots: what overlayfs would say, with folders of the fake's host.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Kind } from "../gen/containerd/services/snapshots_pb.ts";
import type { Mount, MountSchema } from "../gen/containerd/types/mount_pb.ts";
import type { SnapshotRecord } from "./state.ts";

const ROOT = "/var/lib/containerd";

/** The folder with a snapshot's own files. */
export function snapshotFolder(snapshotter: string, id: number): string {
  const base = `${ROOT}/io.containerd.snapshotter.v1.${snapshotter}/snapshots/${id}`;
  return snapshotter === "overlayfs" ? `${base}/fs` : base;
}

/** What mounts a snapshot's file system. */
export function mountsOf(
  records: ReadonlyMap<string, SnapshotRecord>,
  snapshotter: string,
  record: SnapshotRecord,
): MessageInitShape<typeof MountSchema>[] {
  const own = snapshotFolder(snapshotter, record.id);
  const parents: string[] = [];
  for (let at = records.get(record.parent); at; at = records.get(at.parent)) {
    parents.push(snapshotFolder(snapshotter, at.id));
  }
  const mode = record.kind === Kind.VIEW ? "ro" : "rw";
  if (snapshotter !== "overlayfs" || parents.length === 0) {
    return [{ type: "bind", source: own, options: [mode, "rbind"] }];
  }
  const lower = `lowerdir=${parents.join(":")}`;
  if (mode === "ro") {
    return parents.length === 1
      ? [{ type: "bind", source: parents[0]!, options: ["ro", "rbind"] }]
      : [{ type: "overlay", source: "overlay", options: [lower, "index=off"] }];
  }
  const work = `workdir=${own.replace(/fs$/, "work")}`;
  const options = [work, `upperdir=${own}`, lower, "index=off"];
  return [{ type: "overlay", source: "overlay", options }];
}

/** The folder that mounts are written to; `undefined` when they are none that can be. */
export function writableFolder(mounts: readonly Mount[]): string | undefined {
  const [mount] = mounts;
  if (mount?.type === "bind") return mount.source;
  const upper = mount?.options.find((option) => option.startsWith("upperdir="));
  return upper?.slice("upperdir=".length);
}
