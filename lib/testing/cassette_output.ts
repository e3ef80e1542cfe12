/**
 * What processes write, in recordings and replays.
 *
 * @module
 */
import type { DescMethod } from "@bufbuild/protobuf";
import type { Host } from "../host/host.ts";
import { type CassetteCall, decodeBytes, encodeBytes, type Json } from "./cassette_format.ts";
import type { MemoryHost } from "./memory_host.ts";
import { unknown } from "./status.ts";

/** What a request of the task service is about. */
interface TaskRequest {
  readonly containerId?: string;
  readonly execId?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

function keyOf(request: object, namespace: string | undefined): string {
  const { containerId, execId } = request as TaskRequest;
  return [namespace, containerId, execId ?? ""].join("\0");
}

function isTasks(method: DescMethod, ...names: string[]): boolean {
  return method.parent.typeName.endsWith(".Tasks") && names.includes(method.name);
}

/** Keeps the files of processes before they are removed. */
export class OutputRecorder {
  readonly #host: Host;
  readonly #named: (json: Json) => Json;
  readonly #processes = new Map<string, { call: CassetteCall; io: TaskRequest }>();

  /** @param host The daemon's machine. @param named Replaces what differs. */
  constructor(host: Host, named: (json: Json) => Json) {
    this.#host = host;
    this.#named = named;
  }

  /** To be told of every call that was answered, before its caller is. */
  async saw(call: CassetteCall, method: DescMethod, request: object): Promise<void> {
    const key = keyOf(request, call.namespace);
    if (isTasks(method, "Create", "Exec")) {
      this.#processes.set(key, { call, io: request as TaskRequest });
    } else if (isTasks(method, "Delete", "DeleteProcess")) {
      // Everything has been copied by now, and nothing was removed yet.
      const process = this.#processes.get(key);
      this.#processes.delete(key);
      if (!process) return;
      const [stdout, stderr] = await Promise.all([
        this.#read(process.io.stdout),
        this.#read(process.io.stderr),
      ]);
      process.call.output = { stdout, stderr };
    }
  }

  /** `null` for what is no file, such as a pipe. */
  async #read(path: string | undefined): Promise<Json> {
    // A URI is a program's, which writes elsewhere.
    if (!path || /^[a-z][a-z0-9+.-]*:\/\//.test(path)) return encodeBytes(new Uint8Array());
    const info = await this.#host.lstat(path);
    if (info?.kind !== "file") return null;
    return this.#named(encodeBytes(await this.#host.readFile(path)));
  }
}

/** Writes what processes wrote when they ended. */
export class OutputReplayer {
  readonly #host: MemoryHost;
  readonly #processes = new Map<string, { call: CassetteCall; io: TaskRequest }>();

  /** @param host The machine to write on. */
  constructor(host: MemoryHost) {
    this.#host = host;
  }

  /**
   * To be told of every call before it is answered.
   *
   * @throws {WireError} when the output was not recorded.
   */
  async answers(
    call: CassetteCall,
    method: DescMethod,
    request: object,
    namespace: string | undefined,
  ): Promise<void> {
    const key = keyOf(request, namespace);
    if (isTasks(method, "Create", "Exec")) {
      const { output } = call;
      if (output && (output.stdout === null || output.stderr === null)) {
        throw unknown(
          "Cannot replay the process: its output went through pipes, which a cassette does not " +
            "have; use the forms that keep output, or a fake",
        );
      }
      this.#processes.set(key, { call, io: request as TaskRequest });
    } else if (isTasks(method, "Wait", "Delete", "DeleteProcess")) {
      const process = this.#processes.get(key);
      if (!process) return;
      this.#processes.delete(key);
      const { stdout, stderr } = process.io;
      await this.#write(stdout, process.call.output?.stdout);
      await this.#write(stderr, process.call.output?.stderr);
    }
  }

  async #write(path: string | undefined, data: Json | undefined): Promise<void> {
    const output = path ? this.#host.openOutput(path) : undefined;
    if (data) await output?.write(decodeBytes(data));
    output?.close();
  }
}
