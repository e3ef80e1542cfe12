/**
 * Command lines of docker, nerdctl and ctr as calls of the SDK.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { Command, Found } from "./command.ts";
import { CTR, DOCKER } from "./commands.ts";
import { flag, readFlags } from "./flags.ts";
import { splitWords } from "./words.ts";

const TOOLS: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  docker: DOCKER,
  nerdctl: DOCKER,
  podman: DOCKER,
  ctr: CTR,
};

/** Options before the command. */
const GLOBAL = [
  "-n --namespace=",
  "-a --address=",
  "-H --address=",
  "--host --address=",
  "--snapshotter=",
].map(flag);

/** A command line, translated. */
export interface Translated extends Found {
  /** The namespace that it names. */
  readonly namespace: string | undefined;
}

/**
 * Translates a command line.
 *
 * @throws {InvalidArgumentError} for what is not known; the message says what that is.
 */
export function translate(line: string): Translated {
  const [program = "", ...words] = splitWords(line);
  const tool = program.replace(/^.*\//, "");
  const commands = TOOLS[tool];
  if (!commands) {
    throw new InvalidArgumentError(
      `Cannot translate ${JSON.stringify(tool)}: give a line that begins with ${
        Object.keys(TOOLS).join(", ")
      }`,
    );
  }
  let at = 0;
  while (at < words.length && words[at]!.startsWith("-")) at += words[at]!.includes("=") ? 1 : 2;
  const given = readFlags(words.slice(0, at), GLOBAL);
  if (given.one("--address") !== undefined) {
    throw new InvalidArgumentError(
      "Cannot translate another address: start a prompt for it, by --address",
    );
  }
  for (const length of [2, 1]) {
    const command = commands[words.slice(at, at + length).join(" ")];
    if (words.length < at + length || !command) continue;
    const { chain, notes } = command(words.slice(at + length));
    return { chain, notes, namespace: given.one("--namespace") };
  }
  throw new InvalidArgumentError(
    `Cannot translate "${[tool, ...words.slice(at, at + 1)].join(" ")}": known are ${
      Object.keys(commands).filter((name) => !name.includes(" ") || tool === "ctr").join(", ")
    }`,
  );
}
