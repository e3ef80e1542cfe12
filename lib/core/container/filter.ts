/**
 * Which containers to list.
 *
 * @module
 */
import { type FilterTerm, formatFilter } from "../../oci/filter.ts";
import type { ContainerState } from "../task/state.ts";
import type { ContainerInfo } from "./containers.ts";

/** Which containers to list: those for which all holds that is given. */
export interface ContainerFilter {
  /** Their state, or one of several. */
  readonly state?: ContainerState | readonly ContainerState[];
  /** Labels that they have, with these values; `true` for any value. */
  readonly labels?: Readonly<Record<string, string | true>>;
  /** Their name: all of it, or what matches. */
  readonly name?: string | RegExp;
  /** The whole name of their image. */
  readonly image?: string;
  /** Filters of containerd's own, such as `runtime.name~=runc`; one of them must hold. */
  readonly filters?: readonly string[];
}

/** What of a filter the daemon looks after. */
export function containerFilters({ labels = {}, image, filters }: ContainerFilter): string[] {
  const terms: FilterTerm[] = Object.entries(labels).map(([key, value]) => ({
    field: ["labels", key],
    ...(value !== true && { is: value }),
  }));
  if (image !== undefined) terms.push({ field: "image", is: image });
  if (terms.length === 0) return [...filters ?? []];
  const own = formatFilter(...terms);
  // Terms of one filter must all hold, of several filters one.
  return filters?.length ? filters.map((filter) => `${filter},${own}`) : [own];
}

/** The rest: what records do not say. */
export function matchesFilter(info: ContainerInfo, { state, name }: ContainerFilter): boolean {
  if (state !== undefined) {
    const states: readonly (ContainerState | undefined)[] = typeof state === "string"
      ? [state]
      : state;
    // One that was never started has no task.
    if (!states.includes(info.state ?? "created")) return false;
  }
  if (name === undefined) return true;
  return typeof name === "string"
    ? info.name === name || info.id === name
    : info.name.search(name) >= 0;
}
