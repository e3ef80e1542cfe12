/**
 * Gets to another machine.
 *
 * @module
 */
import type { Dial } from "../../rpc/dial.ts";
import { formatSshAddress, parseSshAddress, type SshAddress } from "./address.ts";
import { Connections } from "./connections.ts";
import { dialSsh } from "./dial.ts";
import { readFacts, type SshFacts, SshHost } from "./host.ts";
import type { SshOptions } from "./master.ts";

/** Unix sockets have paths of 108 bytes, on macOS of 104; ssh appends some to that of its own. */
const LONGEST_FOLDER = 60;

/** What was found at the path of a socket. */
export interface SshSocket {
  /** Its path, links followed. */
  readonly path: string;
  /** `"denied"`: this user may not use it. `"other"`: it is no socket. */
  readonly state: "usable" | "denied" | "other" | "missing";
}

/** A machine that ssh leads to. */
export class SshMachine implements AsyncDisposable {
  readonly #connections: Connections;
  readonly #folder: string;
  /** Where it is, without a socket. */
  readonly address: SshAddress;
  /** What it is. */
  readonly facts: SshFacts;
  /** Its files. */
  readonly host: SshHost;

  private constructor(
    parts: { connections: Connections; folder: string; address: SshAddress; facts: SshFacts },
  ) {
    this.#connections = parts.connections;
    this.#folder = parts.folder;
    this.address = parts.address;
    this.facts = parts.facts;
    this.host = new SshHost(parts.connections, parts.facts);
  }

  /**
   * Logs in.
   *
   * @param text The address.
   * @param names How the names of temporary folders begin, here and there.
   * @throws {DavitError} of the class that fits why it failed.
   */
  static async open(
    text: string,
    names: { local: string; remote: string },
    options: { ssh?: SshOptions; signal?: AbortSignal } = {},
  ): Promise<SshMachine> {
    const { socket: _, ...address } = parseSshAddress(text);
    const folder = makeFolder(names.local);
    const connections = new Connections({
      address,
      name: formatSshAddress(address),
      options: options.ssh ?? {},
      folder,
      remoteFolder: `${names.remote}${crypto.randomUUID()}`,
    });
    try {
      const facts = await readFacts(connections, options.signal);
      return new SshMachine({ connections, folder, address, facts });
    } catch (error) {
      await connections[Symbol.asyncDispose]();
      Deno.removeSync(folder, { recursive: true });
      throw error;
    }
  }

  /** Looks at paths where a daemon may listen. */
  async findSockets(paths: readonly string[]): Promise<SshSocket[]> {
    const { shell } = await this.#connections.primary();
    const { text } = await shell.run(
      'for s; do r=$(readlink -f -- "$s" 2>/dev/null) || r=$s; ' +
        'if [ -S "$r" ]; then if [ -r "$r" ] && [ -w "$r" ]; then echo "usable $r"; ' +
        'else echo "denied $r"; fi; elif [ -e "$r" ]; then echo "other $r"; ' +
        'else d=${r%/*}; while [ -n "$d" ] && [ ! -e "$d" ]; do d=${d%/*}; done; ' +
        'if [ -x "${d:-/}" ]; then echo "missing $r"; else echo "denied $r"; fi; fi; done',
      ...paths,
    );
    return text.split("\n").filter((line) => line !== "").map((line) => {
      const space = line.indexOf(" ");
      return { state: line.slice(0, space) as SshSocket["state"], path: line.slice(space + 1) };
    });
  }

  /** Text of a file there; `undefined` when it cannot be read. */
  async readText(path: string): Promise<string | undefined> {
    try {
      return new TextDecoder().decode(await this.host.readFile(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
        return undefined;
      }
      throw error;
    }
  }

  /** Dials a socket there. */
  dial(socket: string): Dial {
    return dialSsh(this.#connections, socket);
  }

  /** Ends all connections, and what was started there. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
    await this.#connections[Symbol.asyncDispose]();
    try {
      Deno.removeSync(this.#folder, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** A folder for sockets, which only this user can enter. */
function makeFolder(prefix: string): string {
  const folder = Deno.makeTempDirSync({ prefix });
  if (folder.length <= LONGEST_FOLDER) return folder;
  Deno.removeSync(folder);
  return Deno.makeTempDirSync({ dir: "/tmp", prefix });
}
