/**
 * Lines that were entered, remembered for each namespace.
 *
 * @module
 */

/**
 * The file that remembers a namespace's lines, in a folder that is made if need be.
 *
 * @returns `undefined` where nothing is to be remembered: no home, or `$DENO_REPL_HISTORY` is empty,
 * which is how Deno is told so.
 */
export function historyFile(namespace: string): string | undefined {
  if (Deno.env.get("DENO_REPL_HISTORY") === "") return undefined;
  const home = Deno.env.get("HOME");
  const state = Deno.env.get("XDG_STATE_HOME") || (home && `${home}/.local/state`);
  if (!state) return undefined;
  const folder = `${state}/davit/history`;
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return `${folder}/${namespace}`;
  } catch {
    // A prompt that forgets is better than none.
    return undefined;
  }
}

/** Its last line, as it was entered; empty for none. */
export function lastLine(path: string): string {
  try {
    const lines = Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
    const last = lines.at(-1) ?? "";
    return last === "#V2" ? "" : decodeLine(last);
  } catch {
    return "";
  }
}

/** Line ends inside of an entry are escaped in the file. */
function decodeLine(text: string): string {
  return text.replace(/\\(n|\\)/g, (_, escaped) => escaped === "n" ? "\n" : "\\");
}
