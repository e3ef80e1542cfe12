/**
 * Regenerates lib/gen from proto/. With `--check`, changes nothing and fails where lib/gen is not
 * what proto/ gives.
 */
import { buf } from "./proto/buf.ts";
import { ROOT } from "./setup/paths.ts";

const OUT = "lib/gen";

/** Relative paths of all files below `dir`; none where there is no such folder. */
function filesBelow(dir: string, prefix = ""): string[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(`${dir}/${prefix}`)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return entries
    .flatMap((e) => e.isDirectory ? filesBelow(dir, `${prefix}${e.name}/`) : [`${prefix}${e.name}`])
    .sort();
}

/** Puts our header in place of the plugin's, and drops its trace of each line of the source. */
function tidy(text: string, path: string): string {
  const google = path.startsWith("google/protobuf/");
  const source = `${google ? "" : "proto/"}${path.replace(/_pb\.ts$/, ".proto")}`;
  // What Google says of its messages is to be read there.
  const body = (google ? text.replace(/^ *(\/\/.*|\/\*[^]*?\*\/)\n/gm, "") : text)
    .replace(/^(\/\/ @generated .*\n|\/\* eslint-disable \*\/\n)+/, "")
    .replace(/\n *\*\n *\* @generated from .*/g, "");
  const up = "../".repeat(path.split("/").length);
  return `// Generated from ${source} by \`deno task gen\`; do not edit.\n${
    ownDescriptors(body, up)
  }`;
}

/**
 * Has descriptors made by `lib/descriptors`, when they are needed, those of Google's own messages
 * too. `up` leads to `lib/`.
 */
function ownDescriptors(body: string, up: string): string {
  const line = (names: readonly string[], from: string) =>
    names.length > 0 ? `import { ${names.join(", ")} } from "${from}";\n` : "";
  return body
    .replace(
      /^import \{ (.*) \} from "@bufbuild\/protobuf\/codegenv2";\n/m,
      (_, all: string) => {
        const others = all.split(", ").filter((name) => name !== "fileDesc");
        return line(others, "@bufbuild/protobuf/codegenv2") +
          line(["fileDesc"], `${up}descriptors/file.ts`);
      },
    )
    .replace(
      /^import \{ (.*) \} from "@bufbuild\/protobuf\/wkt";\n/m,
      (_, all: string) =>
        all.split(", ").map((name) => {
          const file = name.replace("file_google_protobuf_", "google/protobuf/");
          return line([name], `${up.slice("../".length)}${file}_pb.ts`);
        }).join(""),
    );
}

/** Where two texts part, for people. */
function firstDifference(committed: string, generated: string): string {
  const [a, b] = [committed.split("\n"), generated.split("\n")];
  let line = 0;
  while (line < a.length && a[line] === b[line]) line++;
  const [old, now] = [a[line] ?? "(end)", b[line] ?? "(end)"];
  let column = 0;
  while (column < old.length && old[column] === now[column]) column++;
  const show = (text: string) => text.slice(Math.max(0, column - 40), column + 60);
  return `line ${line + 1}\n    committed  ${show(old)}\n    generated  ${show(now)}`;
}

async function generate(): Promise<Map<string, string>> {
  const dir = Deno.makeTempDirSync({ prefix: "davit-gen-" });
  try {
    await buf("lint", "proto");
    await buf("format", "proto", "--diff", "--exit-code");
    const all = ["--include-imports", "--include-wkt"];
    await buf("generate", "proto", "--template", "proto/buf.gen.yaml", "--output", dir, ...all);
    return new Map(
      filesBelow(dir).map((path) => [path, tidy(Deno.readTextFileSync(`${dir}/${path}`), path)]),
    );
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const generated = await generate();
const out = `${ROOT}/${OUT}`;
const committed = new Map(
  filesBelow(out).map((path) => [path, Deno.readTextFileSync(`${out}/${path}`)]),
);
const stale = [...committed.keys()].filter((path) => !generated.has(path));
const changed = [...generated].filter(([path, text]) => committed.get(path) !== text);

if (Deno.args.includes("--check")) {
  const problems = [
    ...stale.map((path) => `${OUT}/${path}: nothing in proto/ gives it`),
    ...changed.map(([path, text]) => {
      const old = committed.get(path);
      return `${OUT}/${path}: ${old === undefined ? "missing" : firstDifference(old, text)}`;
    }),
  ];
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    console.error(`gen: ${problems.length} files are not what proto/ gives; run: deno task gen`);
    Deno.exit(1);
  }
  console.log(`gen: ${generated.size} files are what proto/ gives`);
} else {
  for (const path of stale) Deno.removeSync(`${out}/${path}`);
  for (const [path, text] of changed) {
    Deno.mkdirSync(`${out}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(`${out}/${path}`, text);
  }
  console.log(`gen: ${changed.length} files written, ${stale.length} removed in ${OUT}`);
}
