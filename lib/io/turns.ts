/**
 * Lets everything else run while much is read at once.
 *
 * @module
 */

/** After how much the event loop gets a turn, in bytes. */
const TURN = 512 * 1024;
/** After how much memory is looked at. */
const LOOK = 4 * 1024 * 1024;
/** How much more memory may be held outside of the heap: from there on V8 collects it. */
const LIMIT = 64 * 1024 * 1024;
/** How often it is waited for the collector, a millisecond or so each time. */
const RESTS = 8;

/**
 * Turns of the event loop for one who reads what is always there. Without them nothing else would
 * run, the collector of what was read included: it works in tasks of the loop and in other threads.
 */
export class Turns {
  #turn = 0;
  #look = 0;
  #before = Deno.memoryUsage().external;

  /** To be called after so many bytes were read and handed on. */
  async after(bytes: number): Promise<void> {
    this.#turn += bytes;
    if (this.#turn < TURN) return;
    this.#look += this.#turn;
    this.#turn = 0;
    // A timer of 0 ms takes a hundred times as long.
    const { setImmediate } = await import("node:timers");
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#look < LOOK) return;
    this.#look = 0;
    await this.#rest();
  }

  async #rest(): Promise<void> {
    const held = () => Deno.memoryUsage().external;
    for (let i = 0; held() - this.#before > LIMIT; i++) {
      // Somebody keeps what was read; that is not waited for again.
      if (i === RESTS) return void (this.#before = held());
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
