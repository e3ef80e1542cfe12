/**
 * Opens the streams that a scripted process writes to.
 *
 * @module
 */
import { WRITER_MARK } from "../core/logs/writer.ts";
import { logFile } from "../core/logs/place.ts";
import type { MemoryHost } from "./memory_host.ts";
import type { HostOutput } from "./memory_pipes.ts";
import { unknown } from "./status.ts";

/** Where the streams of a process go: paths on the fake's host. */
export interface ProcessIo {
  /** Standard input; empty for none. */
  readonly stdin: string;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
  /** Whether there is a terminal. */
  readonly terminal: boolean;
}

/** Standard output and standard error; the same with a terminal. */
export type ProcessOutputs = readonly [stdout?: HostOutput, stderr?: HostOutput];

/** The label with the folder of a container's log. */
const LOG_FOLDER_LABEL = "nerdctl/state-dir";

/**
 * Opens them, as a shim does.
 *
 * @param container Its log is written when the streams go to a program: nobody runs that program
 * here, but what it would write is known.
 * @throws {WireError} when nothing is at a path.
 */
export function openOutputs(
  host: MemoryHost,
  { stdout, stderr, terminal }: ProcessIo,
  container: { readonly id: string; readonly labels: Readonly<Record<string, string>> },
): ProcessOutputs {
  const folder = container.labels[LOG_FOLDER_LABEL];
  const isUri = (path: string) => /^[a-z][a-z0-9+.-]*:\/\//.test(path);
  if (isUri(stdout) && folder !== undefined) {
    const log = new JsonLog(host, folder, container.id);
    const out = log.open("stdout");
    return [out, terminal ? out : log.open("stderr")];
  }
  const open = (path: string) => {
    if (path === "" || isUri(path)) return undefined;
    const output = host.openOutput(path);
    if (output) return output;
    throw unknown(
      `containerd-shim: opening w/o fifo "${path}" failed: open ${path}: no such file or directory`,
    );
  };
  const out = open(stdout);
  return [out, terminal ? out : open(stderr)];
}

/** A container's log in Docker's json-file format. */
class JsonLog {
  readonly #host: MemoryHost;
  readonly #file: HostOutput;
  readonly #mark: string;
  #open = 0;

  constructor(host: MemoryHost, folder: string, id: string) {
    this.#host = host;
    this.#mark = `${folder}/${WRITER_MARK}`;
    const path = logFile(folder, id);
    if (!host.files.includes(path)) host.addFile(path, "");
    host.addFile(this.#mark, "1\n");
    // The file is there now.
    this.#file = host.openOutput(path)!;
  }

  open(stream: "stdout" | "stderr"): HostOutput {
    this.#open++;
    const decoder = new TextDecoder();
    let rest = "";
    const put = (log: string) => {
      const record = { log, stream, time: new Date().toISOString() };
      return this.#file.write(new TextEncoder().encode(`${JSON.stringify(record)}\n`));
    };
    return {
      write: async (data) => {
        const lines = (rest + decoder.decode(data, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) await put(`${line}\n`);
      },
      close: () => {
        if (rest !== "") void put(rest);
        if (--this.#open > 0) return;
        this.#file.close();
        void this.#host.remove(this.#mark);
      },
    };
  }
}
