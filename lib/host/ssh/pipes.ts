/**
 * Pipes to processes on the other machine.
 *
 * Each set of pipes is one session of ssh, whose three streams are those of the process. On the other
 * side the streams of a session can be socket pairs, which nobody can open by a path, so there are
 * FIFOs between: an idle process holds both ends of each until the daemon has opened its own, `cat`
 * copies, and the end of a stream comes by itself once all that had opened it have closed it.
 *
 * @module
 */
import type { HostPipes, PipeSelection } from "../host.ts";
import { ByteReader } from "./byte_reader.ts";
import type { Connections } from "./connections.ts";
import { ConnectionLostError } from "./failure.ts";
import { READY } from "./master.ts";
import type { SshProcess } from "./process.ts";

/** How long the idle process stays when nobody ends it, in seconds: longer than any start takes. */
const HOLD_SECONDS = 600;

/** Closes the script's own ends of everything in a process that it starts. */
const NONE_OF_IT = "3<&- 5>&- 6<&- 7<&- 8<&-";

/**
 * What runs there, with the beginning of the FIFOs' names as `$1`, and the file that tells of its
 * process group, but for the number, as `$2`. One line without single quotes and backslashes: any login shell takes it as it is.
 *
 * The reader at 6 keeps standard input from breaking before the daemon reads it.
 */
function relayScript(which: PipeSelection): string {
  const copied = [which.stdout ? "$a" : "", which.stderr ? "$b" : ""].join(" ").trim();
  const parts = [
    'umask 077; g="$2$$"; : >"$g" && mkfifo "$1"0 "$1"1 "$1"2 || exit 1',
    `sleep ${HOLD_SECONDS} 3<>"$1"0 4<>"$1"1 5<>"$1"2 </dev/null >/dev/null 2>&1 & h=$!`,
    'exec 3<&0 5>"$1"0 6<"$1"0 7<"$1"1 8<"$1"2',
    `echo "${READY} $$ $h"`,
    which.stdout ? `cat <&7 2>/dev/null ${NONE_OF_IT} & a=$!` : "",
    which.stderr ? `cat <&8 >&2 2>/dev/null ${NONE_OF_IT} & b=$!` : "",
    which.stdin ? `cat <&3 >&5 2>/dev/null ${NONE_OF_IT} & c=$!` : "",
    "exec 3<&- 5>&- 7<&- 8<&-",
    `wait ${copied || "$c"}`,
    which.stdin ? "kill $c 2>/dev/null" : "",
    'exec rm -f "$g"',
  ];
  return parts.filter((part) => part !== "").join("; ");
}

/** Makes pipes. */
export async function openSshPipes(
  connections: Connections,
  which: PipeSelection,
): Promise<HostPipes> {
  const id = crypto.randomUUID();
  const script = relayScript(which);
  const { process, master, first } = await connections.start(
    ({ groups }) => `exec /bin/sh -c '${script}' davit ${groups}/${id}. ${groups}/`,
    { stdin: which.stdin, stderr: which.stderr },
    (process) => readReady(process),
  );
  if (!which.stdout) first.reader.cancel();
  const begin = `${master.groups}/${id}.`;
  const [group = "", holder = ""] = first.said.split(" ");
  const path = (wanted: boolean | undefined, name: string) => wanted ? `${begin}${name}` : "";
  const read = async (source: () => Promise<Uint8Array | undefined>) => {
    const chunk = await source();
    if (chunk) return chunk;
    // Without the relay's own end, this may not be all.
    if (await process.ended === 0) return undefined;
    throw new ConnectionLostError(
      `Cannot read on from a process on "${connections.name}": the connection was lost`,
    );
  };
  let released: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  const release = () =>
    released ??= master.shell.run('kill "$1"; rm -f "$2"0 "$2"1 "$2"2', holder, begin).then(
      () => {},
      () => {/* the connection is lost, and with it all of that */},
    );
  const close = async () => {
    await release();
    if (!process.running) return;
    await master.shell.run('kill -9 "-$1"; rm -f "$2/$1"', group, master.groups)
      .catch(() => {/* the same */});
    process.kill();
    await process.ended;
  };
  return {
    paths: {
      stdin: path(which.stdin, "0"),
      stdout: path(which.stdout, "1"),
      stderr: path(which.stderr, "2"),
    },
    stdin: which.stdin ? process.stdin : undefined,
    stdout: which.stdout ? streamOf(first.reader, read) : undefined,
    stderr: which.stderr ? streamOf(new ByteReader(process.stderr), read) : undefined,
    release,
    close: () => closed ??= close(),
  };
}

/** Waits until a script has begun; what comes before is the user's own. */
export async function readReady(
  process: SshProcess,
): Promise<{ reader: ByteReader; said: string } | undefined> {
  const reader = new ByteReader(process.stdout);
  for (;;) {
    const line = await reader.line();
    if (line === undefined) {
      reader.cancel();
      return undefined;
    }
    if (line.startsWith(`${READY} `)) return { reader, said: line.slice(READY.length + 1) };
  }
}

/** A stream that reads when it is read, and no sooner. */
function streamOf(
  reader: ByteReader,
  read: (source: () => Promise<Uint8Array | undefined>) => Promise<Uint8Array | undefined>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const chunk = await read(() => reader.some());
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel: () => reader.cancel(),
  }, { highWaterMark: 0 });
}
