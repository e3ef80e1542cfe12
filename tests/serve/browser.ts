/**
 * A Chromium without a window, driven by its DevTools protocol.
 *
 * @module
 */

/** Names that distributions give it. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/** The Chromium on `PATH`; `undefined` for none. */
export function findChromium(): string | undefined {
  for (const name of NAMES) {
    for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
      try {
        if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
      } catch { /* not here */ }
    }
  }
}

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
}

/** What tells that a page does not work: exceptions, and what its rules forbid. */
const PROBLEMS = ["Runtime.exceptionThrown", "Log.entryAdded"];

/** A browser with one page. */
export class Browser implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #log: Promise<void>;
  /** What went wrong on the page. */
  readonly problems: string[] = [];
  #next = 1;
  #session: string | undefined;

  private constructor(
    parts: { child: Deno.ChildProcess; profile: string; socket: WebSocket; log: Promise<void> },
  ) {
    this.#child = parts.child;
    this.#profile = parts.profile;
    this.#socket = parts.socket;
    this.#log = parts.log;
    this.#socket.addEventListener("message", ({ data }) => {
      const { id, result, error, method, params } = JSON.parse(data) as Reply;
      if (method && PROBLEMS.includes(method)) this.problems.push(JSON.stringify(params));
      const waiting = id === undefined ? undefined : this.#waiting.get(id);
      if (!waiting) return;
      this.#waiting.delete(id!);
      if (error) waiting.reject(new Error(error.message));
      else waiting.resolve(result ?? {});
    });
  }

  /** Starts one. */
  static async start(program: string, signal: AbortSignal): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "davit-browser-" });
    const child = new Deno.Command(program, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--remote-debugging-port=0",
        "--no-proxy-server",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      env: { HOME: profile },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal,
    }).spawn();
    const found = Promise.withResolvers<string>();
    const log = (async () => {
      let text = "";
      for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
        text = (text + chunk).slice(-10_000);
        const url = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
        if (url) found.resolve(url);
      }
      found.reject(new Error(`${program} ended: ${text}`));
    })();
    const socket = new WebSocket(await found.promise);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const browser = new Browser({ child, profile, socket, log });
    const { targetId } = await browser.call("Target.createTarget", { url: "about:blank" });
    const attached = await browser.call("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = attached.sessionId as string;
    for (const domain of ["Page", "Runtime", "Log"]) await browser.call(`${domain}.enable`);
    return browser;
  }

  /** Calls a method of the protocol. */
  call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, waiting);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return waiting.promise;
  }

  /** Sets the size of the page, and whether it is dark. */
  async look(width: number, height: number, dark: boolean): Promise<void> {
    const screen = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.call("Emulation.setDeviceMetricsOverride", screen);
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.call("Emulation.setEmulatedMedia", { features });
  }

  /** Opens an address. */
  async open(url: string): Promise<void> {
    await this.call("Page.navigate", { url });
  }

  /** The value of an expression on the page. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", params);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return Reflect.get(Object(result), "value");
  }

  /** Waits until an expression on the page is true. */
  async until(expression: string, signal: AbortSignal): Promise<void> {
    while (!(await this.evaluate(expression))) {
      if (signal.aborted) {
        const text = await this.evaluate("document.body.innerText");
        const problems = this.problems.join("\n");
        throw new Error(`waited for ${expression}; there is:\n${text}\n${problems}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A picture of the page, as PNG. */
  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.call("Page.captureScreenshot", { format: "png" });
    return Uint8Array.fromBase64(data as string);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.#child.status;
    await this.#log.catch(() => {});
    await Deno.remove(this.#profile, { recursive: true }).catch(() => {});
  }
}
