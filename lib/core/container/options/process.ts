/**
 * Options of a container's process: what is run, as whom, with what.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { withHostname } from "../../../oci/spec_linux.ts";
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

  /** Environment variables, over those of the image and earlier ones. */
  env(variables: Record<string, string>): Self {
    for (const [name, value] of Object.entries(variables)) {
      if (!name || /[=\0]/.test(name) || value.includes("\0")) {
        throw new InvalidArgumentError(
          `Cannot set environment variable ${JSON.stringify(name)}: a name has no "=" and no NUL`,
        );
      }
    }
    return this.clone({ ...this.plan, env: { ...this.plan.env, ...variables } });
  }

  /** The working directory, an absolute path inside; the image's by default, else `/`. */
  cwd(path: string): Self {
    return this.clone({ ...this.plan, cwd: inside("working directory", path) });
  }

  /** Who runs it: `user`, `uid`, `user:group` or `uid:gid`; the image's by default, else root. */
  user(user: string | number): Self {
    return this.clone({ ...this.plan, user: `${user}` });
  }

  /** The host name inside; the runtime's by default. */
  hostname(name: string): Self {
    return this.step({ by: "hostname", key: "hostname", shows: name, edit: withHostname(name) });
  }

  /** Gives the process a terminal: one output stream, with `\r\n` line ends. */
  tty(on: boolean = true): Self {
    return this.clone({ ...this.plan, terminal: on });
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
