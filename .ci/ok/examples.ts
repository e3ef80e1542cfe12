/**
 * Type-checks the examples in the documentation: every block of TypeScript in JSDoc and Markdown.
 *
 * Blocks marked `ts ignore` are left alone. Those marked `ts run` are checked, and tests run them.
 *
 * @module
 */
import { CACHE, ROOT } from "../setup/paths.ts";
import { deno, type Finding } from "./check.ts";
import { projectFiles, readText } from "./files.ts";

/** A block of code in a file. */
export interface Example {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly code: string;
  /** Whether it is meant to be run as it is. */
  readonly run: boolean;
}

const FENCE = /^(\s*(?:\* ?)?)```(\S*)[ \t]*(.*)$/;

/**
 * Blocks that start with <code>```ts</code> or <code>```typescript</code>, without further words or
 * with `run`.
 *
 * @param text A Markdown file, or a TypeScript file with such blocks in its comments.
 * @param inComments Look at lines of JSDoc only, which start with `*`.
 */
export function findExamples(text: string, inComments: boolean): Example[] {
  const found: Example[] = [];
  let open: { line: number; take: boolean; run: boolean; code: string[] } | undefined;
  text.split("\n").forEach((line, index) => {
    const isComment = /^\s*\*/.test(line);
    if (inComments && !isComment) return void (open = undefined);
    const [, , language, words] = FENCE.exec(line) ?? [];
    if (!open && language !== undefined) {
      const run = words === "run";
      const take = /^(ts|typescript)$/.test(language) && (words === "" || run);
      open = { line: index + 2, take, run, code: [] };
    } else if (open && language === "" && words === "") {
      if (open.take) {
        found.push({ line: open.line, code: open.code.join("\n"), run: open.run });
      }
      open = undefined;
    } else open?.code.push(inComments ? line.replace(/^\s*\* ?/, "") : line);
  });
  return found;
}

function isDocumentation(path: string): boolean {
  if (path.endsWith(".md")) return path === "README.md" || path.startsWith("docs/");
  return path === "mod.ts" ||
    (path.startsWith("lib/") && path.endsWith(".ts") && !path.endsWith("_test.ts"));
}

/** Runs the check. */
export async function checkExamples(): Promise<Finding> {
  // In the project's folder, so that its own name and its imports mean the same as in its code.
  const dir = `${CACHE}/examples-${Deno.pid}`;
  const files: string[] = [];
  Deno.mkdirSync(dir, { recursive: true });
  try {
    for (const path of projectFiles().filter(isDocumentation)) {
      for (const { line, code } of findExamples(readText(path) ?? "", path.endsWith(".ts"))) {
        const file = `${dir}/${path.replaceAll("/", "__")}_${line}.ts`;
        // Empty lines above it make the numbers of lines those of the documentation.
        Deno.writeTextFileSync(file, `${"\n".repeat(line - 1)}${code}\nexport {};\n`);
        files.push(file);
      }
    }
    if (files.length === 0) return { ok: true, output: "" };
    const { ok, output } = await deno("check", ...files);
    const shown = output.replace(
      new RegExp(`file://${dir}/(\\S+?)_\\d+\\.ts`, "g"),
      (_, name: string) => `${ROOT}/${name.replaceAll("__", "/")}`,
    );
    return { ok, output: shown, notes: ok ? [`${files.length} examples`] : [] };
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}
