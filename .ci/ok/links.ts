/** Finds links and paths in the documentation that lead nowhere. @module */

import { readText } from "./files.ts";

/** A part of a Markdown file that names a place in the project. */
interface Link {
  readonly line: number;
  /** As it is written. */
  readonly text: string;
  /** The path in the project; empty for the project's folder. */
  readonly path: string;
  /** The heading behind `#`. */
  readonly heading?: string;
}

/** Paths as the documentation names them without a link; not those with a wildcard. */
const PATH = /`((?:tests|examples|docs|lib)\/[\w./-]+\.(?:ts|md|ipynb))`/g;

/** What a path means in a file, without `.` and `..`. */
function resolve(from: string, path: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** Links to places in the project, and paths in backticks, outside blocks of code. */
function findLinks(file: string, text: string): Link[] {
  const links: Link[] = [];
  let code = false;
  text.split("\n").forEach((words, index) => {
    if (/^\s*```/.test(words)) code = !code;
    if (code) return;
    const line = index + 1;
    for (const [, path] of words.matchAll(PATH)) links.push({ line, text: path!, path: path! });
    const shown = words.replace(/`[^`]*`/g, "");
    for (const [, target] of shown.matchAll(/\]\(\s*<?([^)\s>]+)/g)) {
      if (/^[a-z][a-z+.-]*:/i.test(target!)) continue;
      const [path = "", heading] = target!.split("#");
      links.push({
        line,
        text: target!,
        path: path === "" ? file : resolve(file, decodeURIComponent(path)),
        ...(heading ? { heading } : {}),
      });
    }
  });
  return links;
}

/** The names of a file's headings in links, as GitHub makes them. */
export function headings(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, title] of text.replace(/^```.*?^```/gms, "").matchAll(/^#+ +(.*)$/gm)) {
    const name = title!.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, "").trim().replaceAll(" ", "-");
    let unique = name;
    for (let i = 1; found.has(unique); i++) unique = `${name}-${i}`;
    found.add(unique);
  }
  return found;
}

/**
 * Links of a Markdown file that lead nowhere, one a line.
 *
 * @param file Its path in the project. @param text What is in it.
 * @param files The paths of all files. @param read Reads another one.
 */
export function judgeLinks(
  file: string,
  text: string,
  files: readonly string[],
  read: (path: string) => string | undefined = readText,
): string[] {
  return findLinks(file, text).flatMap(({ line, text: written, path, heading }) => {
    const at = `${file}:${line}`;
    if (path !== "" && !files.some((known) => known === path || known.startsWith(`${path}/`))) {
      return [`${at}: there is no "${path}", which "${written}" leads to`];
    }
    if (heading === undefined || !path.endsWith(".md")) return [];
    const there = headings(path === file ? text : read(path) ?? "");
    return there.has(heading) ? [] : [`${at}: "${path}" has no heading "#${heading}"`];
  });
}
