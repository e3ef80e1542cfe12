/**
 * One connection of ssh that others share: OpenSSH's ControlMaster, with a control socket of its own
 * in a folder that only this user can enter.
 *
 * Its own session is a shell. When this process ends, however it does, the shell's input ends, and
 * with it the shell, what it has started, and the connection.
 *
 * @module
 */
import type { DavitError } from "../../errors/errors.ts";
import type { SshAddress } from "./address.ts";
import { ByteReader } from "./byte_reader.ts";
import { connectFailure } from "./failure.ts";
import { SshProcess, type SshProcessStreams } from "./process.ts";
import { Shell } from "./shell.ts";

/** How ssh is called. */
export interface SshOptions {
  /** Its name or path; `"ssh"` by default. It takes `--allow-run` of that. */
  readonly program?: string;
  /** Options that come before all others, such as `["-F", "ssh.config", "-i", "key"]`. */
  readonly args?: readonly string[];
}

/** What all connections to one machine have in common. */
export interface SshPlace {
  /** Where it is. */
  readonly address: SshAddress;
  /** The same as text, for messages. */
  readonly name: string;
  /** How ssh is called. */
  readonly options: SshOptions;
  /** The folder of this machine for sockets. */
  readonly folder: string;
  /** The name of the folder for temporary files on the other machine. */
  readonly remoteFolder: string;
}

/** What sshd allows by default (`MaxSessions`). */
const MAX_SESSIONS = 10;
/** How long logging in may take, in seconds. */
const CONNECT_SECONDS = 15;
/** How long an ssh has to end by itself, in milliseconds. */
const END_MS = 5_000;
/** What the far side prints when it is there; what comes before it is the user's own. */
export const READY = "davit-ready";

/**
 * The first command there. It ends what was started for this connection when its input ends: each
 * has put its process group's number into the connection's folder.
 */
const START = [
  "umask 077; LC_ALL=C; export LC_ALL",
  "base=${TMPDIR:-/tmp}/$1; groups=$base/$2",
  'mkdir -p "$groups" || exit 1',
  'trap \'for p in "$groups"/*; do kill -9 "-${p##*/}"; done 2>/dev/null; ' +
  'rm -rf "$groups"; rmdir "$base" 2>/dev/null; trap "" TERM; kill -TERM 0\' EXIT',
  `echo "${READY} $base"`,
].join("\n");

/** A connection. */
export class Master {
  readonly #process: SshProcess;
  readonly #place: SshPlace;
  readonly #control: string;
  readonly #forwards = new Map<string, Promise<string>>();
  /** Runs small scripts there. */
  readonly shell: Shell;
  /** The folder for temporary files there. */
  readonly base: string;
  /** The folder there for the numbers of process groups that end with it. */
  readonly groups: string;
  /** How many sessions it has, its own among them. */
  sessions = 1;
  /** How many it can have. */
  limit = MAX_SESSIONS;

  private constructor(
    parts: { process: SshProcess; place: SshPlace; control: string; shell: Shell },
    folders: { base: string; groups: string },
  ) {
    this.#process = parts.process;
    this.#place = parts.place;
    this.#control = parts.control;
    this.shell = parts.shell;
    this.base = folders.base;
    this.groups = folders.groups;
  }

  /**
   * Logs in.
   *
   * @param number Which connection to this machine it is.
   * @throws {DavitError} of the class that fits why it failed.
   */
  static async open(place: SshPlace, number: number, signal?: AbortSignal): Promise<Master> {
    signal?.throwIfAborted();
    const { address: { host, user, port }, options: { program = "ssh", args = [] } } = place;
    const control = `${place.folder}/${number}`;
    const process = SshProcess.start(program, [
      ...args,
      ...named({
        BatchMode: "yes",
        ClearAllForwardings: "yes",
        ConnectTimeout: `${CONNECT_SECONDS}`,
        ControlMaster: "yes",
        ControlPath: control.replaceAll("%", "%%"),
        ControlPersist: "no",
        ExitOnForwardFailure: "yes",
        ForwardAgent: "no",
        ForwardX11: "no",
        // Below that, it does not say why a forward failed.
        LogLevel: "INFO",
        PermitLocalCommand: "no",
        RemoteCommand: "none",
        ServerAliveCountMax: "3",
        ServerAliveInterval: "15",
      }),
      "-T",
      ...(user === undefined ? [] : ["-l", user]),
      ...(port === undefined ? [] : ["-p", `${port}`]),
      "--",
      host,
      "exec /bin/sh",
    ], { stdin: true });
    const reader = new ByteReader(process.stdout);
    const kill = () => process.kill("SIGKILL");
    signal?.addEventListener("abort", kill, { once: true });
    try {
      const groups = `${number}`;
      const shell = new Shell(
        { reader, stdin: process.stdin },
        place.name,
        (busy) => busy ? process.ref() : process.unref(),
        `set -- ${place.remoteFolder} ${groups}\n${START}\n`,
      );
      const base = await shell.ready(READY);
      signal?.throwIfAborted();
      if (base === undefined) throw await connectError(process, place);
      return new Master({ process, place, control, shell }, { base, groups: `${base}/${groups}` });
    } catch (error) {
      process.kill("SIGKILL");
      reader.cancel();
      await process.ended;
      throw error;
    } finally {
      signal?.removeEventListener("abort", kill);
    }
  }

  /** Whether it is there, as far as is known. */
  get alive(): boolean {
    return this.#process.running;
  }

  /** Whether it takes another session. */
  get hasRoom(): boolean {
    return this.alive && this.sessions < this.limit;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<number> {
    return this.#process.ended;
  }

  /** What ssh says of the connection since `mark`. */
  text(mark: number): string {
    return this.#process.text(mark);
  }

  /** Where what ssh says from now on begins. */
  get mark(): number {
    return this.#process.mark;
  }

  /** The options of an ssh that uses this connection, and never one of its own. */
  get #shared(): string[] {
    return [
      "-F",
      "none",
      ...named({
        BatchMode: "yes",
        ControlMaster: "no",
        ControlPath: this.#control.replaceAll("%", "%%"),
        ProxyCommand: "false",
      }),
      "-T",
    ];
  }

  /**
   * Starts a session.
   *
   * @param command What runs there: a command for the user's shell, or `sftp` as a subsystem.
   */
  startSession(
    command: { readonly subsystem: string } | string,
    streams: SshProcessStreams,
  ): SshProcess {
    const args = typeof command === "string"
      ? [...this.#shared, "--", "davit", command]
      : [...this.#shared, "-s", "--", "davit", command.subsystem];
    const session = SshProcess.start(this.#place.options.program ?? "ssh", args, streams);
    this.sessions++;
    void session.ended.then(() => this.sessions--);
    return session;
  }

  /**
   * A socket of this machine that stands for one of the other machine. Made once for each.
   *
   * @param socket Its path there.
   */
  forward(socket: string): Promise<string> {
    let local = this.#forwards.get(socket);
    if (!local) {
      local = this.#forward(socket, `${this.#control}.${this.#forwards.size}`);
      this.#forwards.set(socket, local);
      local.catch(() => this.#forwards.delete(socket));
    }
    return local;
  }

  async #forward(socket: string, local: string): Promise<string> {
    const escaped = socket.replaceAll(/[\\:]/g, "\\$&");
    const args = [...this.#shared, "-O", "forward", "-L", `${local}:${escaped}`, "--", "davit"];
    const process = SshProcess.start(this.#place.options.program ?? "ssh", args);
    const output = process.stdout.cancel();
    const code = await process.ended;
    await output;
    if (code !== 0) {
      throw connectFailure(`forward "${socket}" of "${this.#place.name}"`, process.text());
    }
    return local;
  }

  /** Ends it, and what was started for it. Twice is fine. */
  async close(): Promise<void> {
    await this.shell.close();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), END_MS);
    await this.#process.ended;
    clearTimeout(timer);
  }
}

function named(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

async function connectError(process: SshProcess, place: SshPlace): Promise<DavitError> {
  await process.ended;
  return connectFailure(`connect to "${place.name}"`, process.text());
}
