/**
 * What the program that starts a prompt tells it.
 *
 * @module
 */

/** What the program that starts a prompt tells it; JSON. */
export interface PromptOptions {
  /** The namespace to begin in. */
  readonly namespace: string;
  /** The daemon's socket; the first that answers by default. */
  readonly address?: string;
  /** The file that lines are remembered in. */
  readonly history: string;
  /** The file in which the prompt leaves what is to be cleared up after it. */
  readonly notes: string;
  /** URLs of the modules that document the SDK and the prompt. */
  readonly docs: readonly string[];
  /** What scripts import the SDK from. */
  readonly sdk: string;
  /** What scripts give to `connect()` to reach the same daemon, as code. */
  readonly connect: string;
  /** How such scripts are run. */
  readonly run: string;
  /** How the user can start this program again, for messages. */
  readonly command: string;
  /** Whether the program is to start a private daemon when there is none and the user wants it. */
  readonly offer: boolean;
}

/** What a prompt leaves for the program that started it; JSON. */
export interface PromptNotes {
  /** The daemon's socket. */
  readonly address: string;
  /** Namespaces that were used. */
  readonly namespaces: readonly string[];
}

/** What it leaves instead when there was no daemon, and the user wants a private one. */
export interface StartNotes {
  /** Start it, and begin again. */
  readonly start: true;
}
