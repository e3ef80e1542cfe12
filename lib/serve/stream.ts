/**
 * Server-sent events: a stream of messages to one page.
 *
 * @module
 */

/** How many messages may wait for a page that does not read; then it has to come again. */
const MOST_WAITING = 512;

const encoder = new TextEncoder();

/** A message in the form of server-sent events; made once for all pages that get it. */
export function encodeMessage(type: string, data: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The messages to one page. */
export class PageStream {
  readonly #stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #ended = new AbortController();
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #wake: (() => void) | undefined;

  /** Makes a stream that nobody reads yet. */
  constructor() {
    this.#stream = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#wake?.(),
      cancel: () => this.close(),
    }, { highWaterMark: MOST_WAITING });
  }

  /** Aborts when the page has gone, or the stream was closed. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Sends a message. A page that is too far behind is cut off, and connects again. */
  send(message: Uint8Array<ArrayBuffer>): void {
    if (!this.#controller) return;
    this.#controller.enqueue(message);
    if ((this.#controller.desiredSize ?? 0) <= 0) this.close();
  }

  /** Resolves when the page has taken most of what it was sent. */
  async drained(): Promise<void> {
    while (this.#controller && (this.#controller.desiredSize ?? 0) < MOST_WAITING / 2) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends it. Twice is fine. */
  close(): void {
    const controller = this.#controller;
    if (!controller) return;
    this.#controller = undefined;
    try {
      controller.close();
    } catch { /* the page has gone */ }
    this.#wake?.();
    this.#ended.abort();
  }

  /** The answer that carries it. */
  response(headers: Readonly<Record<string, string>>): Response {
    return new Response(this.#stream, {
      headers: { ...headers, "content-type": "text/event-stream" },
    });
  }
}
