/**
 * Lets everything else run while much is read at once.
 *
 * @module
 */

/** After how much the event loop gets a turn, in bytes. */
const TURN = 512 * 1024;
/** After how much memory is looked at. */
const LOOK = 2 * 1024 * 1024;
/** How much more memory may be held outside of the heap before the collector is called. */
const LIMIT = 16 * 1024 * 1024;
/** How often it is called at most: together more than V8's young heap takes (16 MiB). */
const CALLS = 40;
/** What is thrown away to call it: so many arrays of so many numbers, half a MiB. */
const ARRAYS = 64;
const ARRAY_LENGTH = 1000;

/**
 * Turns of the event loop for one who reads what is always there. Without them nothing else would
 * run, the collector of what was read included: it works in tasks of the loop and in other threads.
 */
export class Turns {
  #turn = 0;
  #look = 0;
  #before = Deno.memoryUsage().external;
  #filler: unknown;

  /** To be called after so many bytes were read and handed on. */
  async after(bytes: number): Promise<void> {
    this.#turn += bytes;
    if (this.#turn < TURN) return;
    this.#look += this.#turn;
    this.#turn = 0;
    await turn();
    if (this.#look < LOOK) return;
    this.#look = 0;
    await this.#collect();
  }

  /**
   * Has V8 collect what was read: buffers are counted, but it is the young heap's being full that has
   * those collected that are of no use any more, and they take nothing there.
   */
  async #collect(): Promise<void> {
    const held = () => Deno.memoryUsage().external;
    for (let i = 0; held() - this.#before > LIMIT; i++) {
      // Somebody keeps what was read; that is not tried again.
      if (i === CALLS) return void (this.#before = held());
      for (let j = 0; j < ARRAYS; j++) this.#filler = new Array(ARRAY_LENGTH).fill(j);
      await turn();
    }
    this.#filler = undefined;
  }
}

/** A turn of the event loop. A timer of 0 ms takes a hundred times as long. */
async function turn(): Promise<void> {
  const { setImmediate } = await import("node:timers");
  await new Promise<void>((resolve) => setImmediate(resolve));
}
