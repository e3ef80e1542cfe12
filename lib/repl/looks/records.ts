/**
 * How leases, namespaces, blobs, snapshots and plugins are printed.
 *
 * @module
 */
import type { ContentInfo } from "../../core/content/content.ts";
import type { Lease } from "../../core/lease/leases.ts";
import type { NamespaceInfo } from "../../core/namespace/namespaces.ts";
import type { PluginInfo } from "../../core/features/plugins.ts";
import type { SnapshotInfo } from "../../core/snapshot/snapshot.ts";
import type { SnapshotterInfo } from "../../core/snapshot/snapshotter.ts";
import type { TaskInfo } from "../../core/task/tasks.ts";
import { labelLines } from "../card.ts";
import { formatAge, formatSize } from "../human.ts";
import { defineKind, type Kind } from "../kind.ts";

const labels = (of: Readonly<Record<string, string>>): string =>
  Object.entries(of).map(([key, value]) => `${key}=${value}`).sort().join(" ");

/** Leases. */
export const LEASES: Kind<Lease> = defineKind<Lease>({
  name: "lease",
  columns: [
    {
      title: "ID",
      value: ({ id }) => id,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 12,
      cut: "middle",
    },
    { title: "AGE", value: ({ createdAt }) => formatAge(createdAt), align: "right", drop: 1 },
    {
      title: "EXPIRES",
      value: ({ expiresAt }) => expiresAt ? formatAge(expiresAt) : "never",
      align: "right",
      drop: 0,
    },
  ],
  card: (lease) => ({
    kind: "lease",
    title: lease.id,
    facts: [
      ["age", formatAge(lease.createdAt)],
      ["expires", lease.expiresAt ? formatAge(lease.expiresAt) : "never"],
      ["labels", labelLines(lease.labels)],
    ],
    hint: ".delete()",
  }),
});

/** Namespaces. */
export const NAMESPACES: Kind<NamespaceInfo> = defineKind<NamespaceInfo>({
  name: "namespace",
  columns: [
    {
      title: "NAME",
      value: ({ name }) => name,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 12,
      cut: "middle",
    },
    { title: "LABELS", value: (info) => labels(info.labels), drop: 1, min: 12 },
  ],
  card: ({ name, labels }) => ({
    kind: "namespace",
    title: name,
    facts: [["labels", labelLines(labels)]],
    hint: `use(${JSON.stringify(name)}) to go there`,
  }),
});

/** Blobs. */
export const BLOBS: Kind<ContentInfo> = defineKind<ContentInfo>({
  name: "blob",
  columns: [
    {
      title: "DIGEST",
      value: ({ digest }) => digest,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 19,
    },
    { title: "SIZE", value: ({ sizeBytes }) => formatSize(sizeBytes), align: "right", drop: 0 },
    { title: "AGE", value: ({ createdAt }) => formatAge(createdAt), align: "right", drop: 1 },
    { title: "LABELS", value: (info) => labels(info.labels), drop: 2, min: 12 },
  ],
  card: (blob) => ({
    kind: "blob",
    title: blob.digest,
    facts: [
      ["size", formatSize(blob.sizeBytes)],
      ["age", formatAge(blob.createdAt)],
      ["labels", labelLines(blob.labels)],
    ],
  }),
});

/** Snapshots. */
export const SNAPSHOTS: Kind<SnapshotInfo> = defineKind<SnapshotInfo>({
  name: "snapshot",
  columns: [
    {
      title: "KEY",
      value: ({ key }) => key,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 16,
      cut: "middle",
    },
    { title: "KIND", value: ({ kind }) => kind, drop: 0 },
    { title: "PARENT", value: ({ parent }) => parent ?? "", drop: 2, min: 12, cut: "middle" },
    { title: "AGE", value: ({ createdAt }) => formatAge(createdAt), align: "right", drop: 1 },
  ],
  card: (snapshot) => ({
    kind: "snapshot",
    title: snapshot.key,
    facts: [
      ["kind", snapshot.kind],
      ["parent", snapshot.parent],
      ["age", formatAge(snapshot.createdAt)],
      ["labels", labelLines(snapshot.labels)],
    ],
  }),
});

/** Snapshotters. */
export const SNAPSHOTTERS: Kind<SnapshotterInfo> = defineKind<SnapshotterInfo>({
  name: "snapshotter",
  columns: [
    { title: "NAME", value: ({ name }) => name, paint: (text, _, ink) => ink.cyan(text), drop: 0 },
  ],
  card: ({ name }) => ({ kind: "snapshotter", title: name, facts: [] }),
});

/** Tasks. */
export const TASKS: Kind<TaskInfo> = defineKind<TaskInfo>({
  name: "task",
  columns: [
    {
      title: "CONTAINER",
      value: ({ id }) => id,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 12,
      cut: "middle",
    },
    { title: "STATE", value: ({ state }) => state, drop: 0 },
    { title: "PID", value: ({ pid }) => `${pid ?? ""}`, align: "right", drop: 1 },
    { title: "EXIT", value: ({ exitCode }) => `${exitCode ?? ""}`, align: "right", drop: 1 },
    { title: "ENDED", value: ({ exitedAt }) => formatAge(exitedAt), align: "right", drop: 2 },
  ],
  card: (task) => ({
    kind: "task",
    title: task.id,
    facts: [
      ["state", task.state],
      ["pid", task.pid?.toString()],
      ["exit code", task.exitCode?.toString()],
      ["ended", formatAge(task.exitedAt)],
      ["terminal", task.terminal ? "yes" : undefined],
    ],
  }),
});

/** Plugins. */
export const PLUGINS: Kind<PluginInfo> = defineKind<PluginInfo>({
  name: "plugin",
  columns: [
    {
      title: "TYPE",
      value: ({ type }) => type.replace(/^io\.containerd\./, ""),
      drop: 1,
      min: 12,
    },
    {
      title: "ID",
      value: ({ id }) => id,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 12,
    },
    {
      title: "STATUS",
      value: ({ error }) => error ?? "ok",
      paint: (text, { error }, ink) => error ? ink.yellow(text) : ink.green(text),
      drop: 0,
      min: 8,
    },
  ],
  card: (plugin) => ({
    kind: "plugin",
    title: `${plugin.type}.${plugin.id}`,
    facts: [["status", plugin.error ?? "ok"]],
  }),
});
