/**
 * Options of a spec's process: command, environment, user, terminal, limits.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { type EnvInput, mergeEnv } from "./env.ts";
import { RLIM_INFINITY } from "./spec_json.ts";
import { editProcess, omit, type SpecOption } from "./spec_option.ts";

/** Sets program and arguments. @throws {InvalidArgumentError} When there is no program, or a NUL. */
export function withProcessArgs(...args: readonly string[]): SpecOption {
  if (!args[0]) throw new InvalidArgumentError("Cannot run a process: it needs a command");
  if (args.some((arg) => arg.includes("\0"))) {
    throw new InvalidArgumentError(
      `Cannot run ${JSON.stringify(args[0])}: an argument has a NUL byte in it`,
    );
  }
  return (spec) => editProcess(spec, () => ({ args: [...args] }));
}

/** Sets variables on top of those that are there; see {@linkcode mergeEnv}. */
export function withEnv(env: EnvInput): SpecOption {
  mergeEnv([], env); // checks it now, not when the spec is made
  return (spec) => editProcess(spec, (process) => ({ env: mergeEnv(process.env ?? [], env) }));
}

/** Sets the working directory: an absolute path in the container. */
export function withCwd(path: string): SpecOption {
  checkAbsolute(path, "working directory");
  return (spec) => editProcess(spec, () => ({ cwd: path }));
}

/** Ids for {@linkcode withUser}, such as {@linkcode resolveUser} finds them. */
export interface UserIds {
  /** User id. */
  uid: number;
  /** Group id. */
  gid: number;
  /** Further groups; the primary one is added when it is missing. */
  additionalGids?: readonly number[] | undefined;
  /** File mode mask. */
  umask?: number | undefined;
}

/** Sets the user by numbers. @throws {InvalidArgumentError} When an id is not from 0 to 2³¹ − 1. */
export function withUser(user: UserIds): SpecOption {
  const { uid, gid, umask, additionalGids = [] } = user;
  for (const id of [uid, gid, ...additionalGids]) {
    if (!Number.isInteger(id) || id < 0 || id > 2 ** 31 - 1) {
      throw new InvalidArgumentError(
        `Cannot use ${id} as user or group id: it must be a whole number from 0 to ${2 ** 31 - 1}`,
      );
    }
  }
  if (umask !== undefined && (!Number.isInteger(umask) || umask < 0 || umask > 0o777)) {
    throw new InvalidArgumentError(`Cannot use ${umask} as umask: it must be from 0 to 0o777`);
  }
  const gids = additionalGids.includes(gid) ? [...additionalGids] : [gid, ...additionalGids];
  return (spec) =>
    editProcess(spec, () => ({
      user: { uid, gid, additionalGids: gids, ...(umask !== undefined && { umask }) },
    }));
}

/**
 * Sets how willingly the kernel kills it when memory runs out: −1000 (never) to 1000 (first).
 *
 * @throws {InvalidArgumentError} When it is out of range.
 */
export function withOomScoreAdj(score: number): SpecOption {
  if (!Number.isInteger(score) || score < -1000 || score > 1000) {
    throw new InvalidArgumentError(
      `Cannot use ${score} as out-of-memory score: it must be from -1000 to 1000`,
    );
  }
  return (spec) => editProcess(spec, () => ({ oomScoreAdj: score }));
}

/** Size of a terminal, in characters. */
export interface TerminalSize {
  /** Columns. */
  columns: number;
  /** Rows. */
  rows: number;
}

/** Gives the process a terminal, and `TERM=xterm` where it has no `TERM`. */
export function withTty(size?: TerminalSize): SpecOption {
  if (size && !(isCount(size.columns) && isCount(size.rows))) {
    throw new InvalidArgumentError(
      `Cannot make a terminal of ${size.columns}x${size.rows}: both must be from 1 to 65535`,
    );
  }
  return (spec) =>
    editProcess(spec, ({ env = [] }) => ({
      terminal: true,
      env: env.some((entry) => entry.startsWith("TERM=")) ? env : [...env, "TERM=xterm"],
      ...(size && { consoleSize: { width: size.columns, height: size.rows } }),
    }));
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** Whether set-user-id programs and file capabilities are without effect. The default spec says yes. */
export function withNoNewPrivileges(enabled = true): SpecOption {
  return (spec) =>
    enabled ? editProcess(spec, () => ({ noNewPrivileges: true })) : {
      ...spec,
      process: omit(editProcess(spec, () => ({})).process ?? root(), "noNewPrivileges"),
    };
}

function root(): { user: { uid: number; gid: number }; cwd: string; noNewPrivileges?: boolean } {
  return { user: { uid: 0, gid: 0 }, cwd: "/" };
}

/** A limit in numbers; `"unlimited"` means none. */
export interface RlimitValue {
  /** The limit in force. */
  soft: number | bigint | "unlimited";
  /** The ceiling; default the same. */
  hard?: number | bigint | "unlimited" | undefined;
}

const rlimitNames: ReadonlySet<string> = new Set(
  ("AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING " +
    "STACK").split(" "),
);

/**
 * Sets a resource limit, in place of one of the same name.
 *
 * @param name `"nofile"` or `"RLIMIT_NOFILE"`.
 * @throws {InvalidArgumentError} When the name is unknown, a value is no count, or soft is above hard.
 */
export function withRlimit(name: string, value: RlimitValue | number): SpecOption {
  const short = name.toUpperCase().replace(/^RLIMIT_/, "");
  if (!rlimitNames.has(short)) {
    throw new InvalidArgumentError(
      `Cannot set limit ${JSON.stringify(name)}: Linux has none of that name; see getrlimit(2)`,
    );
  }
  const wanted = typeof value === "number" ? { soft: value } : value;
  const soft = limit(wanted.soft, short);
  const hard = limit(wanted.hard ?? wanted.soft, short);
  if (soft > hard) {
    throw new InvalidArgumentError(
      `Cannot set limit "${name}": the soft limit ${soft} is above the hard limit ${hard}`,
    );
  }
  const type = `RLIMIT_${short}`;
  return (spec) =>
    editProcess(spec, ({ rlimits = [] }) => ({
      rlimits: rlimits.some((other) => other.type === type)
        ? rlimits.map((other) => other.type === type ? { type, hard, soft } : other)
        : [...rlimits, { type, hard, soft }],
    }));
}

function limit(value: number | bigint | "unlimited", name: string): number | bigint {
  if (value === "unlimited") return RLIM_INFINITY;
  const isWhole = typeof value === "bigint" ? value <= RLIM_INFINITY : Number.isSafeInteger(value);
  if (isWhole && value >= 0) return value;
  throw new InvalidArgumentError(
    `Cannot set limit "${name}" to ${value}: give a whole number from 0, or "unlimited"`,
  );
}

/** Throws unless a path is absolute and has no NUL. */
export function checkAbsolute(path: string, what: string): void {
  if (!path.startsWith("/") || path.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(path)} as ${what}: it must be an absolute path in the container`,
    );
  }
}
