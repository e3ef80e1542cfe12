/**
 * Ctrl-C at the prompt: ends what the current line started, and gives the prompt back.
 *
 * Methods of the SDK take a signal; here they get one of the line that calls them, beside the one
 * that the caller gives. So each ends as it does in a script, and clears up behind itself.
 *
 * @module
 */
import { optionsArgument, ownMethod, wrapMethod } from "./patch.ts";

/** A builder that is given its signal by a method. */
export interface Signalable {
  /** A copy that ends when `signal` aborts. */
  signal(signal: AbortSignal): object;
}

/** The signals of the lines at a prompt. */
export class Interrupts {
  readonly #say: (text: string) => void;
  readonly #onCall: () => void;
  #line = new AbortController();
  #earlier = new AbortController();
  #presses = 0;

  /** @param hooks `say` prints a line; `onCall` is told of every call of a method. */
  constructor(hooks: { say(text: string): void; onCall(): void }) {
    this.#say = hooks.say;
    this.#onCall = hooks.onCall;
  }

  /** What ends that which is started now. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.#line.signal, this.#earlier.signal]);
  }

  /** A line is over: what it left running is not ended by the first Ctrl-C of another one. */
  nextLine(): void {
    this.#presses = 0;
    this.#line = new AbortController();
  }

  /** Ctrl-C was pressed while a line runs. */
  press(): void {
    this.#presses++;
    // The terminal shows "^C" where the cursor is.
    this.#say("");
    const reason = new DOMException("Ctrl-C was pressed", "AbortError");
    if (this.#presses === 1) {
      this.#line.abort(reason);
    } else if (this.#presses === 2) {
      const before = this.#earlier;
      this.#earlier = new AbortController();
      before.abort(reason);
      this.#say("What earlier lines started is ended too; Ctrl-C once more ends the prompt");
    } else {
      Deno.exit(130);
    }
  }

  /** Has the methods of a class that take options end with the line that calls them. */
  cancel(prototype: object, methods: readonly string[] = Object.getOwnPropertyNames(prototype)) {
    for (const name of methods) {
      const method = ownMethod(prototype, name);
      const at = method && optionsArgument(Function.prototype.toString.call(method));
      if (at === undefined) continue;
      wrapMethod(prototype, name, (call) => (self, args) => {
        this.#onCall();
        return call(self, withSignal(args, at, this.signal));
      });
    }
  }

  /** The same for builders, which are given their signal by a method of their own. */
  cancelBuilder(prototype: Signalable & object, methods: readonly string[]): void {
    const { signal } = prototype;
    for (const name of methods) {
      wrapMethod(prototype, name, (call) => (self, args) => {
        this.#onCall();
        return call(signal.call(self, this.signal), args);
      });
    }
  }
}

function withSignal(args: readonly unknown[], at: number, signal: AbortSignal): unknown[] {
  const changed: unknown[] = [...args];
  while (changed.length < at) changed.push(undefined);
  const given = changed[at];
  // What is no options object is for the method to refuse.
  if (given !== undefined && (typeof given !== "object" || given === null)) return changed;
  const own: unknown = given && Reflect.get(given, "signal");
  const signals = own instanceof AbortSignal ? [signal, own] : [signal];
  changed[at] = { ...given, signal: AbortSignal.any(signals) };
  return changed;
}
