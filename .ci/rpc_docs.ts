/**
 * Writes docs/rpc.md: every RPC, what the library makes of it, and the test that calls it.
 * `deno run -A .ci/rpc_docs.ts` writes it; with `--check`, it only says whether it is as it should
 * be. Fails where a row is missing, names a method that there is not, or has no test.
 *
 * @module
 */
import { ROWS } from "./rpc_docs/rows.ts";
import { SERVICES } from "./rpc_docs/services.ts";
import { ROOT } from "./setup/paths.ts";

/** containerd's own services and their RPCs, as counted in all its releases up to 2.4.0-beta.0. */
const RPCS = 88;
const TARGET = `${ROOT}/docs/rpc.md`;

const problems: string[] = [];

/** TypeScript files below a folder. */
function filesBelow(dir: string): string[] {
  return [...Deno.readDirSync(`${ROOT}/${dir}`)].sort((a, b) => a.name < b.name ? -1 : 1).flatMap(
    ({ name, isDirectory }) => {
      const path = `${dir}/${name}`;
      if (isDirectory) return filesBelow(path);
      return path.endsWith(".ts") ? [path] : [];
    },
  );
}

const read = (path: string) => Deno.readTextFileSync(`${ROOT}/${path}`);
const tests = filesBelow("tests/api").map((path) => ({ path, text: read(path) }));
const sources = filesBelow("lib").filter((path) =>
  !/^lib\/(gen|api|testing)\//.test(path) && !path.endsWith("_test.ts")
).map((path) => ({ path, text: read(path) }));

/** Whether a class of the library has a method or a property. */
async function exists(noun: string): Promise<boolean> {
  const [type = "", member = ""] = noun.split(".");
  const declared = new RegExp(`^export (abstract )?class ${type}\\b`, "m");
  const path = sources.find(({ text }) => declared.test(text))?.path;
  if (path === undefined) return false;
  const found: unknown = Reflect.get(await import(`${ROOT}/${path}`), type);
  for (let at = typeof found === "function" ? found.prototype : undefined; at;) {
    if (Object.hasOwn(at, member)) return true;
    at = Object.getPrototypeOf(at);
  }
  return false;
}

/** Tests that call an RPC. */
function testsOf(key: string): string[] {
  const call = new RegExp(`\\bapi\\.${key.replace(".", "\\.")}\\(`);
  return tests.filter(({ text }) => call.test(text)).map(({ path }) => path);
}

/** Whether the library calls an RPC anywhere. */
function isUsed(service: string, method: string): boolean {
  const named = new RegExp(`\\b${service}\\b`);
  const called = new RegExp(`\\.${method}\\(|\\.snapshots\\[rpc\\]\\(`);
  return sources.some(({ text }) => named.test(text) && called.test(text));
}

async function renderRow(service: string, method: string, rpc: string): Promise<string> {
  const key = `${service}.${method}`;
  const row = ROWS[key];
  if (!row) {
    problems.push(`${key} has no row in .ci/rpc_docs/rows.ts`);
    return "";
  }
  for (const noun of row.nouns) {
    if (await exists(noun)) continue;
    problems.push(`${key} is said to be in ${noun}, which does not exist`);
  }
  if (row.nouns.length > 0 && !isUsed(service, method)) {
    problems.push(`${key} is said to be in ${row.nouns.join(", ")}, but is never called`);
  }
  const called = testsOf(key);
  if (called.length === 0) problems.push(`${key} is not called by any test in tests/api`);
  const nouns = row.nouns.map((noun) => `\`${noun}\``).join(", ") || "–";
  const test = called.map((path) => `[${path.split("/").at(-1)}](../${path})`).join(", ");
  const lacking = row.lacking ? `; no test machine has ${row.lacking}` : "";
  return `| ${rpc} | \`ns.api.${key}\` | ${nouns} | ${row.since ?? "1.0"} | ${test}${lacking} |`;
}

async function render(): Promise<string> {
  const sections = await Promise.all(SERVICES.map(async ({ key, service }) => {
    const rows = await Promise.all(
      service.methods.map((method) => renderRow(key, method.localName, method.name)),
    );
    return [
      `## ${service.typeName}`,
      "",
      "| RPC | Typed method | In the library | Since | Test |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n");
  }));
  return [
    "# Every RPC of containerd",
    "",
    "Written by `deno run -A .ci/rpc_docs.ts`; do not edit. The typed method is the RPC, one to one; " +
    "what is in the library is made of it, among others. *Since* is the first containerd that has " +
    "it; an older one answers with an `UnsupportedError`. Each test calls the RPC on containerd " +
    "1.6, 1.7 and 2.1.",
    "",
    "Reads are repeated when the connection to the daemon is lost or refused, from 50 ms after the " +
    "failure on and for 10 s at most; nothing else ever is.",
    "",
    ...sections.flatMap((section) => [section, ""]),
  ].join("\n");
}

async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const [output] = await Promise.all([
    child.output(),
    (async () => {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(text));
      await writer.close();
    })(),
  ]);
  if (!output.success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(output.stdout);
}

const keys = SERVICES.flatMap(({ key, service }) =>
  service.methods.map(({ localName }) => `${key}.${localName}`)
);
if (keys.length !== RPCS) problems.push(`there are ${keys.length} RPCs, not ${RPCS}`);
for (const key of Object.keys(ROWS)) {
  if (!keys.includes(key)) problems.push(`.ci/rpc_docs/rows.ts has ${key}, which is no RPC`);
}
const text = await format(await render());
if (problems.length > 0) {
  console.error(problems.join("\n"));
  Deno.exit(1);
}
if (Deno.args.includes("--check")) {
  const there = await Deno.readTextFile(TARGET).catch(() => "");
  if (there !== text) {
    console.error("docs/rpc.md is not up to date; run: deno run -A .ci/rpc_docs.ts");
    Deno.exit(1);
  }
} else {
  await Deno.mkdir(`${ROOT}/docs`, { recursive: true });
  await Deno.writeTextFile(TARGET, text);
}
