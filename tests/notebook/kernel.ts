/**
 * Runs notebooks without a browser: Deno's kernel for Jupyter, and the part of Jupyter's messages
 * that executes cells.
 *
 * @module
 */
import { ZmtpSocket } from "./zmtp.ts";

/** What a cell came to: a piece of output, in the form of a notebook file. */
export interface Output {
  /** `stream`, `display_data`, `execute_result` or `error`. */
  readonly output_type: string;
  /** A value in several forms, by media type. */
  readonly data?: Readonly<Record<string, string>>;
  /** What was printed. */
  readonly text?: string;
  /** What went wrong. */
  readonly evalue?: string;
}

interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
}

interface Message {
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly content: Readonly<Record<string, unknown>>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const DELIMITER = "<IDS|MSG>";

/**
 * Ports that nobody listens at, below those that the system hands out: until the kernel has them,
 * another test may be given one of those.
 */
function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      ports.add(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return [...ports];
}

/** A running kernel. */
export class Kernel implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #key: CryptoKey;
  readonly #shell: ZmtpSocket;
  readonly #iopub: ZmtpSocket;
  readonly #errors: Promise<string>;
  readonly #outputs = new Map<string, Output[]>();

  private constructor(parts: {
    child: Deno.ChildProcess;
    folder: string;
    key: CryptoKey;
    shell: ZmtpSocket;
    iopub: ZmtpSocket;
    errors: Promise<string>;
  }) {
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.#key = parts.key;
    this.#shell = parts.shell;
    this.#iopub = parts.iopub;
    this.#errors = parts.errors;
  }

  /** Starts one. @param cwd Where cells run. @param env Variables for them. */
  static async start(
    options: { cwd: string; env: Record<string, string>; signal: AbortSignal },
  ): Promise<Kernel> {
    const { signal } = options;
    const folder = await Deno.makeTempDir({ prefix: "davit-kernel-" });
    const [control, shellPort, stdin, heartbeat, iopubPort] = freePorts(5);
    const secret = crypto.randomUUID();
    const path = `${folder}/connection.json`;
    await Deno.writeTextFile(
      path,
      JSON.stringify({
        transport: "tcp",
        ip: "127.0.0.1",
        control_port: control,
        shell_port: shellPort,
        stdin_port: stdin,
        hb_port: heartbeat,
        iopub_port: iopubPort,
        signature_scheme: "hmac-sha256",
        key: secret,
      }),
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", path],
      cwd: options.cwd,
      env: { ...options.env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal,
    }).spawn();
    const errors = new Response(child.stderr).text();
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
      "sign",
    ]);
    const connect = async (port: number, type: "DEALER" | "SUB") => {
      for (;;) {
        try {
          return await ZmtpSocket.connect(port, type);
        } catch (error) {
          if (signal.aborted || !(error instanceof Deno.errors.ConnectionRefused)) throw error;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const shell = await connect(shellPort!, "DEALER");
    const iopub = await connect(iopubPort!, "SUB");
    const kernel = new Kernel({ child, folder, key, shell, iopub, errors });
    await kernel.#ready();
    return kernel;
  }

  /** A subscription takes a moment: asks until the kernel's word comes that way too. */
  async #ready(): Promise<void> {
    let heard = false;
    void this.#iopub.receive().then(() => heard = true);
    while (!heard) {
      await this.#send("kernel_info_request", {});
      await this.#shell.receive();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #send(type: string, content: object): Promise<string> {
    const header = {
      msg_id: crypto.randomUUID(),
      session: "test",
      username: "test",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = await crypto.subtle.sign("HMAC", this.#key, encoder.encode(parts.join("")));
    const frames = [DELIMITER, new Uint8Array(signature).toHex(), ...parts];
    await this.#shell.send(frames.map((text) => encoder.encode(text)));
    return header.msg_id;
  }

  async #receive(): Promise<Message> {
    const frames = (await this.#iopub.receive()).map((part) => decoder.decode(part));
    const at = frames.indexOf(DELIMITER);
    const [header, parent, , content] = frames.slice(at + 2).map((text) => JSON.parse(text));
    return { header, parent, content };
  }

  /** Runs a cell. Returns what it printed and showed; what comes late is added to that. */
  async execute(code: string): Promise<Output[]> {
    const id = await this.#send("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
    const own: Output[] = [];
    this.#outputs.set(id, own);
    for (;;) {
      const { header, parent, content } = await this.#receive();
      const outputs = this.#outputs.get(parent.msg_id ?? "");
      if (!outputs) continue;
      const idle = header.msg_type === "status" && content.execution_state === "idle";
      if (idle && outputs === own) return own;
      if (["stream", "display_data", "execute_result", "error"].includes(header.msg_type)) {
        outputs.push({ output_type: header.msg_type, ...content });
      }
    }
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.#child.status;
    await this.#errors.catch(() => {});
    this.#shell[Symbol.dispose]();
    this.#iopub[Symbol.dispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
