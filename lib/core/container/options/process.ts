/**
 * Options of a container's process: what is run, as whom, with what.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { envList, parseEnvFile } from "../../../oci/env.ts";
import { withDomainname, withHostname } from "../../../oci/spec_linux.ts";
import {
  type RlimitValue,
  type TerminalSize,
  withOomScoreAdj,
  withRlimit,
  withTty,
} from "../../../oci/spec_process.ts";
import { inside, PlanBase } from "./base.ts";

/** The methods that say what is run, as whom, with what. */
export abstract class ProcessOptions<Self> extends PlanBase<Self> {
  /** Arguments that replace the image's `CMD`; its `ENTRYPOINT`, if it has one, stays. */
  command(...args: string[]): Self {
    if (args.length === 0) throw new InvalidArgumentError("Cannot use a command without words");
    return this.clone({ ...this.plan, args: words("command", args) });
  }

  /** What replaces the image's `ENTRYPOINT`, with its `CMD` dropped. None: the command alone. */
  entrypoint(...args: string[]): Self {
    return this.clone({ ...this.plan, entrypoint: words("entrypoint", args) });
  }

  /**
   * Environment variables, over those of the image and earlier ones; `undefined` takes one away.
   *
   * @throws {InvalidArgumentError} when a name is empty or has a `=`, or something has a NUL.
   */
  env(variables: Readonly<Record<string, string | undefined>>): Self {
    envList(variables);
    return this.clone({ ...this.plan, env: { ...this.plan.env, ...variables } });
  }

  /**
   * Environment variables from a file of this machine in Docker's format: a `NAME=value` a line, `#`
   * for comments; a `NAME` alone takes the value from this process, and needs `--allow-env`. It is
   * read now. Later calls of `env()` win.
   *
   * @throws {InvalidArgumentError} when it cannot be read, or a line of it has no name.
   */
  envFile(path: string): Self {
    return this.env(readEnvFile(path));
  }

  /** The working directory, an absolute path inside; the image's by default, else `/`. */
  cwd(path: string): Self {
    return this.clone({ ...this.plan, cwd: inside("working directory", path) });
  }

  /**
   * Who runs it: `user`, `uid`, `user:group` or `uid:gid`; the image's by default, else root. Names
   * are those of the image's own `/etc/passwd` and `/etc/group`, which also say which further groups
   * the user is in.
   */
  user(user: string | number): Self {
    return this.clone({ ...this.plan, user: `${user}` });
  }

  /** Further groups of the process, by the image's names or by number. */
  groups(...groups: (string | number)[]): Self {
    const all = [...this.plan.groups ?? [], ...checkGroups(groups)];
    return this.clone({ ...this.plan, groups: all });
  }

  /** The bits that new files do not get, such as `0o027`; the runtime's `0o022` by default. */
  umask(mask: number): Self {
    checkUmask(mask);
    return this.clone({ ...this.plan, umask: mask });
  }

  /** The host name inside; the runtime's by default. */
  hostname(name: string): Self {
    return this.step({ by: "hostname", key: "hostname", shows: name, edit: withHostname(name) });
  }

  /** The domain of the host name, which is also its NIS domain name. */
  domainname(name: string): Self {
    const edit = withDomainname(name);
    return this.step({ by: "domainname", key: "domainname", shows: name, edit });
  }

  /**
   * Gives the process a terminal: one output stream, with `\r\n` line ends.
   *
   * @param on Whether it has one, and of which size; the runtime's by default.
   */
  tty(on: boolean | TerminalSize = true): Self {
    if (typeof on === "boolean") return this.clone({ ...this.plan, terminal: on });
    const edit = withTty(on);
    const plan = { ...this.plan, terminal: true };
    const step = { by: "tty", key: "ttySize", shows: `${on.columns}x${on.rows}`, edit };
    return this.clone({ ...plan, steps: [...plan.steps.filter((s) => s.key !== step.key), step] });
  }

  /**
   * A limit of the process, see getrlimit(2); the runtime's default for open files is 1024.
   *
   * @param name Such as `"nofile"` or `"core"`.
   * @param value The limit, or `{ soft, hard }`; `"unlimited"` for none.
   * @throws {InvalidArgumentError} when there is no such limit, or soft is above hard.
   */
  ulimit(name: string, value: RlimitValue | number | "unlimited"): Self {
    const limit = value === "unlimited" ? { soft: value } : value;
    const key = `ulimit ${name.toUpperCase().replace(/^RLIMIT_/, "")}`;
    const text = typeof limit === "object" ? `${limit.soft}:${limit.hard ?? limit.soft}` : limit;
    return this.step({
      by: "ulimit",
      key,
      shows: `${name}=${text}`,
      edit: withRlimit(name, limit),
    });
  }

  /**
   * How willingly the kernel kills it when memory runs out: -1000 (never) to 1000 (first). Less than
   * the daemon's own takes privileges.
   */
  oomScoreAdj(score: number): Self {
    const edit = withOomScoreAdj(score);
    return this.step({ by: "oomScoreAdj", key: "oomScoreAdj", shows: `${score}`, edit });
  }
}

/** Names or numbers of groups, as text. */
export function checkGroups(groups: readonly (string | number)[]): string[] {
  return groups.map((group) => {
    if (/^[^:,\s]+$/.test(`${group}`)) return `${group}`;
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(group)} as group: give a name or a number`,
    );
  });
}

/** Checks the bits of a umask. */
export function checkUmask(mask: number): void {
  if (Number.isInteger(mask) && mask >= 0 && mask <= 0o777) return;
  throw new InvalidArgumentError(`Cannot use ${mask} as umask: it must be from 0 to 0o777`);
}

/** The variables of an env file of this machine. */
export function readEnvFile(path: string): Record<string, string> {
  const text = readTextFile(path, "env file");
  const entries = parseEnvFile(text, (name) => Deno.env.get(name));
  return Object.fromEntries(entries.map((entry) => {
    const [name = ""] = entry.split("=", 1);
    return [name, entry.slice(name.length + 1)];
  }));
}

/** A small file of this machine. */
export function readTextFile(path: string, what: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound ? "it does not exist" : `${cause}`;
    throw new InvalidArgumentError(`Cannot read ${what} "${path}": ${why}`, { cause });
  }
}

function words(what: string, args: readonly string[]): readonly string[] {
  for (const arg of args) {
    if (arg.includes("\0")) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(arg)} in a ${what}: it has a NUL`,
      );
    }
  }
  return [...args];
}
