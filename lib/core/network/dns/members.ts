/**
 * Who is on a network, followed as containers come and go: read from the files that the hooks of
 * containers write, whenever an event says that they may have changed.
 *
 * @module
 */
import { PermissionError } from "../../../errors/errors.ts";
import { tryParseIp } from "../../../oci/ip_address.ts";
import { pause } from "../../call/abort.ts";
import { Context } from "../../context.ts";
import { type EventStream, followEvents } from "../../event/events.ts";
import type { EventGap, EventOf } from "../../event/types.ts";
import { type ContainerMeta, readMetas } from "../metas.ts";
import type { NetworkPlace } from "../place.ts";
import { isDnsName, type Member } from "./table.ts";

/** Hooks have run before the first two, and before the last of a container's life. */
const TOPICS = [
  "/tasks/create",
  "/tasks/exit",
  "/tasks/delete",
  // Connected to a network, or taken off it.
  "/containers/update",
  "/containers/delete",
] as const;

type MemberEvent = EventOf<typeof TOPICS[number]>;

/** At least so long lies between two looks at the files, in milliseconds. */
const LOOK_GAP_MS = 50;

/** How long to wait when events cannot be followed, in milliseconds: at first, and at most. */
const AGAIN_MS = { first: 500, most: 30_000 };

/** The members of a network. */
export class Members {
  readonly #context: Context;
  readonly #place: NetworkPlace;
  readonly #network: string;
  readonly #signal: AbortSignal;
  readonly #onLook: (members: readonly Member[]) => void;
  /** Containers whose process has ended, and that still have their addresses. */
  #ended = new Set<string>();
  #looking: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #lookedAt = 0;

  /** @param parts Whose members, until when, and who is told. */
  constructor(
    parts: {
      context: Context;
      place: NetworkPlace;
      network: string;
      signal: AbortSignal;
      onLook: (members: readonly Member[]) => void;
    },
  ) {
    this.#context = parts.context;
    this.#place = parts.place;
    this.#network = parts.network;
    this.#signal = parts.signal;
    this.#onLook = parts.onLook;
  }

  /**
   * Begins to follow. It resolves once all that are there have been told, and rejects when that
   * cannot be found out.
   */
  async start(): Promise<void> {
    const stream = this.#subscribe();
    try {
      await this.#resync(stream);
    } catch (error) {
      await stream.return();
      throw error;
    }
    void this.#follow(stream);
  }

  /** Looks again. What was there when this was called has been told when it resolves. */
  look(): Promise<void> {
    return this.#next ??= this.#lookNext();
  }

  async #lookNext(): Promise<void> {
    await this.#looking.catch(() => {/* who asked for it was told */});
    const wait = this.#lookedAt + LOOK_GAP_MS - performance.now();
    if (wait > 0) await pause(wait, this.#signal);
    // Whoever comes from here on may know of something that this look does not see.
    this.#next = undefined;
    this.#lookedAt = performance.now();
    this.#looking = this.#look();
    await this.#looking;
  }

  async #look(): Promise<void> {
    if (this.#signal.aborted) return;
    const metas = await readMetas(this.#context, this.#place);
    const alive = metas.filter(({ namespace, id }) => !this.#ended.has(`${namespace}/${id}`));
    this.#onLook(alive.flatMap((meta) => memberOf(meta, this.#network) ?? []));
  }

  #subscribe(): EventStream<MemberEvent | EventGap> {
    return followEvents(this.#context, {
      topic: TOPICS,
      allNamespaces: true,
      gaps: true,
      signal: this.#signal,
    });
  }

  async #follow(first: EventStream<MemberEvent | EventGap>): Promise<void> {
    let stream = first;
    for (let ms = AGAIN_MS.first;; ms = Math.min(ms * 2, AGAIN_MS.most)) {
      try {
        for await (const item of stream) {
          ms = AGAIN_MS.first;
          if (item.topic === "gap") await this.#listEnded();
          else this.#note(item);
          // The next event may come before the look is over: it is seen by the one after.
          void this.look().catch(() => {/* the files are there again by the next event */});
        }
      } catch { /* the daemon stayed away, for longer than a restart takes */ }
      await pause(ms, this.#signal);
      if (this.#signal.aborted) return;
      stream = this.#subscribe();
      await this.#resync(stream).catch(() => {/* the stream itself fails, too */});
    }
  }

  async #resync(stream: EventStream<unknown>): Promise<void> {
    await stream.ready.catch((error) => {
      // Who may only read follows without the proof that nothing is missed from the first moment.
      if (!(error instanceof PermissionError)) throw error;
    });
    await this.#listEnded();
    await this.look();
  }

  /** Whose process has ended, by asking for all of them. */
  async #listEnded(): Promise<void> {
    const { session } = this.#context;
    const signal = this.#signal;
    const ended = new Set<string>();
    const { namespaces } = await session.api().namespaces.list({}, { signal });
    const STOPPED = 3;
    for (const { name } of namespaces) {
      const { tasks } = await new Context(session, name).api.tasks.list({}, { signal });
      for (const { status, id, containerId } of tasks) {
        if (status === STOPPED) ended.add(`${name}/${containerId || id}`);
      }
    }
    this.#ended = ended;
  }

  #note(item: MemberEvent): void {
    if (item.topic === "/containers/update" || item.topic === "/containers/delete") return;
    const key = `${item.namespace}/${item.event.containerId}`;
    if (item.topic === "/tasks/exit") {
      if (item.event.id === item.event.containerId) this.#ended.add(key);
    } else if (item.topic === "/tasks/create" || isWhole(item.event)) this.#ended.delete(key);
  }
}

/** Whether it is the container's own process that was deleted: older daemons name none then. */
function isWhole({ id, containerId }: { id: string; containerId: string }): boolean {
  return id === "" || id === containerId;
}

/** What a container is called on a network; `undefined` when it is not on it. */
export function memberOf(
  { namespace, id, file }: ContainerMeta,
  network: string,
): Member | undefined {
  const result = file.Networks?.[network];
  const addresses = (result?.ips ?? []).flatMap(({ address }) =>
    tryParseIp(address?.replace(/\/.*/, "") ?? "") ?? []
  );
  if (addresses.length === 0) return undefined;
  const name = file.Name || id;
  const host = file.Hostname || undefined;
  const domain = file.Domainname || undefined;
  const names = [
    name,
    id,
    // As Docker has them, of ids that nobody types.
    ...(/^[0-9a-f]{64}$/.test(id) ? [id.slice(0, 12)] : []),
    ...(host === undefined ? [] : [host]),
    ...file.Aliases?.[network] ?? [],
  ];
  const lower = (list: readonly string[]) => [
    ...new Set(list.filter(isDnsName).map((text) => text.toLowerCase())),
  ];
  return {
    namespace,
    names: lower(names),
    fullNames: lower(host !== undefined && domain !== undefined ? [`${host}.${domain}`] : []),
    addresses,
  };
}
