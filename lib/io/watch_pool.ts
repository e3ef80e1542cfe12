/**
 * Watches of many folders with few of the kernel's watchers: a user may have 128 of those
 * (`fs.inotify.max_user_instances`), while each can look at many folders.
 *
 * @module
 */
import type { Host, HostWatch } from "../host/host.ts";

/** How many folders share a watcher. A new one makes the others of its group look once more. */
const GROUP = 16;

interface Group {
  readonly folders: Map<string, Set<() => void>>;
  watch: HostWatch | undefined;
}

/** Watches folders for any number of listeners. */
export class WatchPool {
  readonly #host: Host;
  readonly #groups = new Set<Group>();

  /** @param host Where the folders are. */
  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Calls `wake` when something happens to the files right in `folder`; now and then without cause.
   *
   * @returns Ends it.
   * @throws what the watching throws: the folder is not there, or there are too many watchers.
   */
  watch(folder: string, wake: () => void): () => void {
    const group = this.#groupOf(folder);
    group.folders.get(folder)!.add(wake);
    return () => {
      const listeners = group.folders.get(folder);
      if (!listeners?.delete(wake) || listeners.size > 0) return;
      // The watcher goes on with the others; what it says of this folder falls on deaf ears.
      group.folders.delete(folder);
      if (group.folders.size > 0) return;
      group.watch?.close();
      this.#groups.delete(group);
    };
  }

  #groupOf(folder: string): Group {
    for (const group of this.#groups) {
      if (group.folders.has(folder)) return group;
    }
    for (const group of this.#groups) {
      if (group.folders.size >= GROUP) continue;
      try {
        this.#start(group, folder);
        return group;
      } catch {
        // One of the others may be gone by now; they stay with the watcher that they have.
      }
    }
    const group: Group = { folders: new Map(), watch: undefined };
    this.#start(group, folder);
    this.#groups.add(group);
    return group;
  }

  /** A new watcher for a group with one folder more. It runs before the old one is closed. */
  #start(group: Group, folder: string): void {
    const watch = this.#host.watch(...group.folders.keys(), folder);
    group.watch?.close();
    group.watch = watch;
    group.folders.set(folder, new Set());
    (async () => {
      for await (const { path } of watch) {
        this.#wake(group.folders.get(path.slice(0, path.lastIndexOf("/"))));
      }
    })().catch(() => {/* the folder is gone, which its removal has told */});
    // What the old one had yet to tell is told by nobody now.
    for (const listeners of group.folders.values()) this.#wake(listeners);
  }

  #wake(listeners: Set<() => void> | undefined): void {
    for (const wake of [...listeners ?? []]) wake();
  }
}
