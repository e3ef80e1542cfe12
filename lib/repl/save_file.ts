/**
 * Writes the script that `save()` makes.
 *
 * @module
 */
import { AlreadyExistsError, InvalidArgumentError } from "../errors/errors.ts";
import { count } from "./human.ts";
import { drawAs } from "./inspect.ts";
import { type Recording, type Script, scriptOf } from "./save.ts";
import { wrap } from "./width.ts";

/** How the scripts begin; only such files are written over. */
const MARK = "// Saved from Davit's prompt.";

/** A script that was saved. */
export class SavedScript {
  /** Its path. */
  readonly path: string;
  /** How many of the prompt's lines are in it. */
  readonly lines: number;

  /** How it is run. */
  readonly command: string;

  /** For {@linkcode saveScript}. @param path Its path. @param lines How many lines are in it. @param run What runs scripts. */
  constructor(path: string, lines: number, run: string) {
    this.path = path;
    this.lines = lines;
    this.command = `${run} ${path}`;
  }

  static {
    drawAs(this.prototype, ({ lines, command }, { width, ink }) => {
      const text = `saved ${count(lines, "line")}; run it: ${command}`;
      return wrap(text, width).map((line) => ink.green(line)).join("\n");
    });
  }
}

/**
 * Writes a script of what was entered.
 *
 * @param path Where to; a name that ends in `.ts`.
 * @throws {AlreadyExistsError} when there is a file that was not saved from a prompt.
 */
export function saveScript(path: string, recording: Recording): SavedScript {
  if (typeof path !== "string" || !/\.ts$/.test(path)) {
    throw new InvalidArgumentError(
      `Cannot save as ${JSON.stringify(path)}: give the path of a script, such as "script.ts"`,
    );
  }
  const before = readIfThere(path);
  if (before !== undefined && !before.startsWith(MARK)) {
    throw new AlreadyExistsError(
      `Cannot save as "${path}": it exists, and was not saved from a prompt; choose another name`,
    );
  }
  // A line that is no TypeScript did not work, although the prompt does not tell.
  const script = format(recording) ?? format({
    ...recording,
    lines: recording.lines.filter((line) => format({ ...recording, lines: [line] })),
  });
  if (!script) {
    throw new InvalidArgumentError("Cannot make a script of these lines together; save fewer");
  }
  Deno.writeTextFileSync(path, `${MARK} Run it: ${recording.run} ${path}\n${script.code}`);
  return new SavedScript(path, script.lines, recording.run);
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The script, formatted; `undefined` when it is no TypeScript. */
function format(recording: Recording): Script | undefined {
  const path = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    const { code, lines } = scriptOf(recording);
    Deno.writeTextFileSync(path, code);
    const { success } = new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--no-config", "--line-width=100", path],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? { code: Deno.readTextFileSync(path), lines } : undefined;
  } finally {
    Deno.removeSync(path);
  }
}
