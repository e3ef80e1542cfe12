/**
 * Signals of Linux by name and number, as on amd64, arm64 and most others (signal(7); not MIPS).
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

const names =
  ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP " +
    "TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS").split(" ");

const aliases: Readonly<Record<string, number>> = { IOT: 6, CLD: 17, POLL: 29, UNUSED: 31 };

const RT_MIN = 34;
const RT_MAX = 64;

/** The name of a signal with its prefix. */
export type SignalName =
  | "SIGABRT"
  | "SIGALRM"
  | "SIGBUS"
  | "SIGCHLD"
  | "SIGCONT"
  | "SIGFPE"
  | "SIGHUP"
  | "SIGILL"
  | "SIGINT"
  | "SIGIO"
  | "SIGKILL"
  | "SIGPIPE"
  | "SIGPROF"
  | "SIGPWR"
  | "SIGQUIT"
  | "SIGSEGV"
  | "SIGSTKFLT"
  | "SIGSTOP"
  | "SIGSYS"
  | "SIGTERM"
  | "SIGTRAP"
  | "SIGTSTP"
  | "SIGTTIN"
  | "SIGTTOU"
  | "SIGURG"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGVTALRM"
  | "SIGWINCH"
  | "SIGXCPU"
  | "SIGXFSZ"
  | `SIGRTMIN${"" | `+${number}`}`
  | `SIGRTMAX${"" | `-${number}`}`;

/** A signal as users may write it: a name with or without `SIG`, or a number. */
export type Signal = SignalName | (string & Record<never, never>) | number;

/**
 * The number of a signal.
 *
 * @param signal `"TERM"`, `"SIGTERM"`, `"sigterm"`, `15`, `"15"`, `"SIGRTMIN+3"`, `"RTMAX-1"`.
 * @returns 1 to 64.
 * @throws {InvalidArgumentError} When Linux has no such signal.
 *
 * @example
 * ```ts
 * import { parseSignal } from "@davit/sdk/oci";
 *
 * parseSignal("TERM"); // 15
 * ```
 */
export function parseSignal(signal: Signal): number {
  const number = typeof signal === "number" ? signal : numberOf(signal.trim().toUpperCase());
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= RT_MAX) {
    return number;
  }
  throw new InvalidArgumentError(
    `Cannot use signal ${JSON.stringify(signal)}: Linux has none of that name; ` +
      'give a name such as "SIGTERM" or a number from 1 to 64',
  );
}

function numberOf(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const name = text.startsWith("SIG") ? text.slice(3) : text;
  const index = names.indexOf(name);
  if (index >= 0) return index + 1;
  if (Object.hasOwn(aliases, name)) return aliases[name];
  const realTime = /^RT(?:MIN(?:\+(\d{1,2}))?|MAX(?:-(\d{1,2}))?)$/.exec(name);
  if (!realTime) return undefined;
  const number = name.startsWith("RTMIN")
    ? RT_MIN + Number(realTime[1] ?? 0)
    : RT_MAX - Number(realTime[2] ?? 0);
  return number >= RT_MIN && number <= RT_MAX ? number : undefined;
}

/**
 * The name of a signal: `SIGTERM` for 15; `SIGRTMIN+N` up to the middle of the real-time signals
 * and `SIGRTMAX-N` from there, as `kill -l` prints them.
 *
 * @returns `undefined` when the number is no signal with a name.
 */
export function signalName(number: number): string | undefined {
  const name = names[number - 1];
  if (name !== undefined) return `SIG${name}`;
  if (!Number.isInteger(number) || number < RT_MIN || number > RT_MAX) return undefined;
  const fromMin = number - RT_MIN;
  if (fromMin <= 15) return fromMin === 0 ? "SIGRTMIN" : `SIGRTMIN+${fromMin}`;
  return number === RT_MAX ? "SIGRTMAX" : `SIGRTMAX-${RT_MAX - number}`;
}
