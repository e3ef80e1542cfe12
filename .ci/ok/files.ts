/** The project's own files. @module */

import { ROOT } from "../setup/paths.ts";

/** Fetched or made, and not in git. */
const NOT_OURS = new Set([".git", ".cache", "vendor", "node_modules", "coverage"]);

/** Paths of all files of the project, relative to it, sorted. */
export function projectFiles(dir = ""): string[] {
  return [...Deno.readDirSync(`${ROOT}/${dir}`)]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory) return NOT_OURS.has(entry.name) ? [] : projectFiles(path);
      return entry.isFile && entry.name !== "deno.lock" ? [path] : [];
    });
}

/** The same, TypeScript only. */
export function typeScriptFiles(): string[] {
  return projectFiles().filter((path) => path.endsWith(".ts"));
}

/** A file's text, or `undefined` for a binary one. */
export function readText(path: string): string | undefined {
  const bytes = Deno.readFileSync(`${ROOT}/${path}`);
  return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
}
