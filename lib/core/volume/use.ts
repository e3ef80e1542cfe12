/**
 * Which containers use which volumes: as the labels say that nerdctl and Davit give containers, and
 * as their specs say, whoever made them.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import type { Context } from "../context.ts";
import { listContainers } from "../container/list.ts";
import { ANONYMOUS_LABEL } from "./name.ts";

/** A container's mounts, as JSON, all in one: nerdctl's. */
const MOUNTS_LABEL = "nerdctl/mounts";
/** What containerd allows of a label, its key included. */
const MAX_LABEL_BYTES = 4096 - MOUNTS_LABEL.length;

/** A mount of a container, in Docker's form, as nerdctl keeps it. */
export interface MountRecord {
  /** `"volume"`, `"bind"` or `"tmpfs"`. */
  readonly Type?: string;
  /** The volume's name. */
  readonly Name?: string;
  /** A path on the daemon's host. */
  readonly Source: string;
  /** A path inside. */
  readonly Destination: string;
  /** `"local"` for a volume. */
  readonly Driver?: string;
  /** Options, with commas. */
  readonly Mode: string;
  /** Whether it can be written to. */
  readonly RW: boolean;
  /** How mounts travel between inside and outside; empty for the default. */
  readonly Propagation: string;
}

/**
 * The labels that tell of a container's mounts: one for all while they fit, as every nerdctl reads
 * it, else one a mount, as nerdctl does since 2.3.
 */
export function mountLabels(mounts: readonly MountRecord[]): Record<string, string> {
  const all = JSON.stringify(mounts);
  if (new TextEncoder().encode(all).length <= MAX_LABEL_BYTES) return { [MOUNTS_LABEL]: all };
  const each = mounts.map((mount, index) => [
    `${MOUNTS_LABEL}.${index}`,
    JSON.stringify(mount),
  ]);
  return { [MOUNTS_LABEL]: "", ...Object.fromEntries(each) };
}

/** The mounts that a container's labels tell of. */
export function mountsOf(labels: Readonly<Record<string, string>>): MountRecord[] {
  const all = labels[MOUNTS_LABEL];
  if (all) {
    const mounts = parse<unknown>(all);
    return Array.isArray(mounts) ? mounts.filter(isMount) : [];
  }
  const mounts: MountRecord[] = [];
  for (let index = 0;; index++) {
    const one = parse<unknown>(labels[`${MOUNTS_LABEL}.${index}`] ?? "");
    if (!isMount(one)) return mounts;
    mounts.push(one);
  }
}

/** The names of the volumes that a container brought along. */
export function anonymousVolumes(labels: Readonly<Record<string, string>>): string[] {
  const names = parse<unknown>(labels[ANONYMOUS_LABEL] ?? "");
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

/**
 * Ids of the containers that use each volume, by its name. Those that this client is about to
 * remove are waited for.
 *
 * @param folder The folder that the volumes are in.
 */
export async function volumeUsers(
  context: Context,
  folder: string,
  signal?: AbortSignal,
): Promise<Map<string, string[]>> {
  const users = await volumeUsersNow(context, folder, signal);
  if (users.size === 0) return users;
  const keys = [...new Set([...users.values()].flat())].map((id) => context.key("container", id));
  await context.session.settled(...keys);
  // A removal may have ended since the list was made, too.
  return await volumeUsersNow(context, folder, signal);
}

/** The same as of now: for who is about to remove one of them. */
export async function volumeUsersNow(
  context: Context,
  folder: string,
  signal?: AbortSignal,
): Promise<Map<string, string[]>> {
  const users = new Map<string, string[]>();
  for await (const { id, labels, spec } of listContainers(context, { signal })) {
    const names = new Set(
      mountsOf(labels).flatMap(({ Type, Name }) => Type === "volume" && Name ? [Name] : []),
    );
    for (const name of anonymousVolumes(labels)) names.add(name);
    for (const { source } of spec ? unpackSpec(spec).mounts ?? [] : []) {
      if (source?.startsWith(`${folder}/`)) {
        names.add(source.slice(folder.length + 1).split("/")[0]!);
      }
    }
    for (const name of names) users.set(name, [...users.get(name) ?? [], id]);
  }
  return users;
}

/** Anybody may have written the label. */
function isMount(value: unknown): value is MountRecord {
  return typeof value === "object" && value !== null && "Destination" in value;
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
