/**
 * Decides which modules of the bundle share a file.
 *
 * A file costs a script's start about as much as ten kilobytes of code do, and Deno reads every
 * file that an `import()` names before the script begins. So there are to be few; but who imports
 * a small part is not to load the whole.
 *
 * @module
 */

/** A module of the bundle. */
export interface Module {
  /** Its code's length, in bytes. */
  readonly size: number;
  /** The modules that load with it. */
  readonly imports: readonly string[];
  /** What it is part of, such as `"core-image"`: names its file, and joins modules loaded later. */
  readonly label: string;
}

/** Something that scripts import. */
export interface Entry {
  /** Modules that it needs at once. */
  readonly modules: readonly string[];
  /** How much its start counts, beside that of others. */
  readonly weight: number;
}

/** What one more file costs, in bytes of code that take as long to load. */
const FILE_BYTES = 10_000;

interface Group {
  readonly ids: readonly string[];
  readonly size: number;
}

/**
 * Puts every module into a file.
 *
 * @param modules By id.
 * @param entries What scripts import. The rest is loaded by `import()`.
 * @returns The files' names, by module. They import each other in no circle.
 */
export function chunksOf(
  modules: ReadonlyMap<string, Module>,
  entries: readonly Entry[],
): Map<string, string> {
  const users = new Map<string, string>();
  for (const [i, entry] of entries.entries()) {
    for (const id of closure(entry.modules, (id) => modules.get(id)?.imports ?? [])) {
      users.set(id, `${users.get(id) ?? ""} ${i}`);
    }
  }
  const labelOf = (id: string) => modules.get(id)?.label ?? "";
  const [eager, later] = [[...users.keys()], [...modules.keys()].filter((id) => !users.has(id))];
  const atStart = joined(grouped(eager, (id) => users.get(id) ?? "", modules), modules, entries);
  const onDemand = withoutCircles(grouped(later, labelOf, modules), modules);
  const taken = new Map<string, number>();
  const chunks = new Map<string, string>();
  for (const { ids } of [...atStart, ...onDemand]) {
    const label = mostOf(grouped(ids, labelOf, modules)).ids.map(labelOf)[0] ?? "";
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    const name = label + (count > 1 ? `-${count}` : "");
    for (const id of ids) chunks.set(id, name);
  }
  return chunks;
}

function mostOf(groups: readonly Group[]): Group {
  return groups.reduce((a, b) => b.size > a.size ? b : a);
}

function grouped(
  ids: readonly string[],
  keyOf: (id: string) => string,
  modules: ReadonlyMap<string, Module>,
): Group[] {
  return Object.values(Object.groupBy(ids, keyOf)).map((ids = []) => groupOf(ids, modules));
}

function groupOf(ids: readonly string[], modules: ReadonlyMap<string, Module>): Group {
  return { ids, size: ids.reduce((sum, id) => sum + (modules.get(id)?.size ?? 0), 0) };
}

/** Joins groups for as long as that makes the entries' start cheaper. */
function joined(
  groups: readonly Group[],
  modules: ReadonlyMap<string, Module>,
  entries: readonly Entry[],
): readonly Group[] {
  let best = { groups, cost: costOf(groups, modules, entries) };
  for (let before = Infinity; best.cost < before;) {
    before = best.cost;
    const { groups } = best;
    for (const [i, a] of groups.entries()) {
      for (const b of groups.slice(i + 1)) {
        const together = groupOf([...a.ids, ...b.ids], modules);
        const next = [together, ...groups.filter((group) => group !== a && group !== b)];
        const cost = costOf(next, modules, entries);
        if (cost < best.cost) best = { groups: next, cost };
      }
    }
  }
  return best.groups;
}

/** What the entries' starts cost together; infinite where groups need each other in a circle. */
function costOf(
  groups: readonly Group[],
  modules: ReadonlyMap<string, Module>,
  entries: readonly Entry[],
): number {
  const { needs, groupOfId } = linksOf(groups, modules);
  if (circlesOf(groups, needs).some((circle) => circle.length > 1)) return Infinity;
  let cost = 0;
  for (const { modules, weight } of entries) {
    const start = modules.flatMap((id) => groupOfId.get(id) ?? []);
    for (const { size } of closure(start, (group) => needs.get(group) ?? [])) {
      cost += weight * (size + FILE_BYTES);
    }
  }
  return cost;
}

/** Joins the groups that need each other in a circle: no order to load them in is right. */
function withoutCircles(
  groups: readonly Group[],
  modules: ReadonlyMap<string, Module>,
): readonly Group[] {
  const circles = circlesOf(groups, linksOf(groups, modules).needs);
  return circles.map((circle) => groupOf(circle.flatMap(({ ids }) => ids), modules));
}

function linksOf(groups: readonly Group[], modules: ReadonlyMap<string, Module>) {
  const groupOfId = new Map(groups.flatMap((group) => group.ids.map((id) => [id, group])));
  const needs = new Map(groups.map((group) => {
    const imports = group.ids.flatMap((id) => modules.get(id)?.imports ?? []);
    const needed = new Set(imports.flatMap((id) => groupOfId.get(id) ?? []));
    needed.delete(group);
    return [group, needed] as const;
  }));
  return { needs, groupOfId };
}

/** Groups that reach each other, together; all others alone (Tarjan's algorithm). */
function circlesOf(
  groups: readonly Group[],
  needs: ReadonlyMap<Group, ReadonlySet<Group>>,
): Group[][] {
  const circles: Group[][] = [];
  const order = new Map<Group, number>();
  const open: Group[] = [];
  const visit = (group: Group): number => {
    const at = order.size;
    order.set(group, at);
    open.push(group);
    let low = at;
    for (const next of needs.get(group) ?? []) {
      const seen = order.get(next);
      if (seen === undefined) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, seen);
    }
    if (low === at) circles.push(open.splice(open.indexOf(group)));
    return low;
  };
  for (const group of groups) if (!order.has(group)) visit(group);
  return circles;
}

/** All that can be reached. */
function closure<T>(from: readonly T[], next: (item: T) => Iterable<T>): Set<T> {
  const seen = new Set(from);
  for (const item of seen) for (const other of next(item)) seen.add(other);
  return seen;
}
