/**
 * Watches folders of the other machine by looking at them again and again: sooner while something
 * happens, later while nothing does.
 *
 * @module
 */
import type { HostFileEvent, HostWatch } from "../host.ts";
import type { SftpEntry } from "./sftp.ts";

/** How long after a change the next look is, in milliseconds; it doubles while nothing changes. */
const SOON_MS = 20;
const LATE_MS = 250;

/** What is remembered of a file. */
type Seen = ReadonlyMap<string, string>;

/** Watches by looking. It does not tell when a writer closes a file. */
export class PollingWatch implements HostWatch {
  readonly #folders: readonly string[];
  readonly #list: (folder: string) => Promise<readonly SftpEntry[]>;
  readonly #closed = Promise.withResolvers<void>();
  readonly #seen = new Map<string, Promise<Seen>>();
  #open = true;

  /** @param folders What to watch. @param list Looks into one. */
  constructor(folders: readonly string[], list: (folder: string) => Promise<readonly SftpEntry[]>) {
    this.#folders = folders;
    this.#list = list;
    for (const folder of folders) {
      const first = this.#look(folder);
      first.catch(() => {/* told by the iteration */});
      this.#seen.set(folder, first);
    }
  }

  async #look(folder: string): Promise<Seen> {
    const entries = await this.#list(folder);
    return new Map(
      entries.map(({ name, attributes: { size, mtime, mode } }) => [
        name,
        `${size} ${mtime} ${mode}`,
      ]),
    );
  }

  /** What changes from the making of this on. */
  async *[Symbol.asyncIterator](): AsyncIterator<HostFileEvent> {
    for (let pause = SOON_MS; this.#open;) {
      let quiet = true;
      for (const folder of this.#folders) {
        const before = await this.#seen.get(folder)!;
        const now = await this.#look(folder);
        this.#seen.set(folder, Promise.resolve(now));
        for (const event of changes(folder, before, now)) {
          if (!this.#open) return;
          quiet = false;
          yield event;
        }
      }
      pause = quiet ? Math.min(pause * 2, LATE_MS) : SOON_MS;
      await this.#rest(pause);
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([promise, this.#closed.promise]);
    clearTimeout(timer);
  }

  /** Ends it. */
  close(): void {
    this.#open = false;
    this.#closed.resolve();
  }
}

function* changes(folder: string, before: Seen, now: Seen): Generator<HostFileEvent> {
  for (const [name, state] of now) {
    const old = before.get(name);
    if (old === state) continue;
    yield { path: `${folder}/${name}`, kind: old === undefined ? "renamed" : "modified" };
  }
  for (const name of before.keys()) {
    if (!now.has(name)) yield { path: `${folder}/${name}`, kind: "renamed" };
  }
}
