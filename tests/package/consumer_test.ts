import { assert, assertEquals } from "@std/assert";
import { pack, PACKAGE } from "../../.ci/pack.ts";
import { ROOT } from "../../.ci/setup/paths.ts";

const SCRIPT = `
import { connect, type ContainerBuilder, ExitError, type RunBuilder } from "@davit/sdk";
import { Api } from "@davit/sdk/api";
import { parseReference } from "@davit/sdk/oci";
import { Registry } from "@davit/sdk/registry";
import { fakeContainerd } from "@davit/sdk/testing";

await using fake = fakeContainerd();
await fake.addImage("ci", "alpine:3.20");
fake.onRun(({ args }) => ({ stdout: args.join(" "), exitCode: args[0] === "false" ? 1 : 0 }));
await using davit = fake.connect();
const ns = davit.namespace("ci");
const run: RunBuilder = ns.run("alpine:3.20");
const web: ContainerBuilder = ns.container("web").image("alpine:3.20");
// The same class, whichever entry it comes by.
const error = await run.command("false").then(() => undefined, (error: unknown) => error);
console.log(await run.command("echo", "hello").text(), error instanceof ExitError);
console.log(String(parseReference("alpine")), ns.api instanceof Api, typeof connect, typeof Registry);
console.log(typeof web.start);
`;

/** A project of its own beside the packed package, as in a workspace; nothing of the checkout. */
async function makeProject(): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "davit-consumer-" });
  const write = (path: string, value: unknown) =>
    Deno.writeTextFile(`${dir}/${path}`, typeof value === "string" ? value : JSON.stringify(value));
  await new Deno.Command("cp", { args: ["-a", PACKAGE, `${dir}/package`] }).output();
  await Deno.mkdir(`${dir}/app`);
  // Where JSR is out of reach, std is found as the checkout finds it.
  await Deno.symlink(`${ROOT}/vendor`, `${dir}/vendor`).catch(() => {});
  await write("deno.json", {
    workspace: ["./package", "./app"],
    vendor: true,
    lock: false,
    nodeModulesDir: "none",
  });
  await write("app/deno.json", { name: "@consumer/app", version: "0.0.0", exports: "./main.ts" });
  await write("app/main.ts", SCRIPT);
  return dir;
}

async function deno(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The files that load with an entry, by the package's own paths. */
function filesOf(entry: string): Set<string> {
  const files = new Set([entry]);
  for (const file of files) {
    const code = Deno.readTextFileSync(`${PACKAGE}/dist/${file}`);
    for (const [, path] of code.matchAll(/^(?:import|export)\b[^;'"]*["'](\.[^'"]+)["'];$/gm)) {
      files.add(new URL(path!, `file:///${file}`).pathname.slice(1));
    }
    assertEquals(/^import .*["']node:/m.exec(code)?.[0], undefined, `${file} loads Node's modules`);
  }
  return files;
}

let packing: Promise<void> | undefined;
const packed = () => packing ??= pack();

Deno.test("the packed package is few files, of which a script that imports the SDK loads less", async () => {
  await packed();
  const all = [...Deno.readDirSync(`${PACKAGE}/dist`)].filter(({ isFile }) => isFile);
  assert(all.length <= 65, `${all.length} files: Deno reads all of them before a script begins`);
  const main = filesOf("mod.js");
  assert(main.size <= 9, `import "@davit/sdk" loads ${[...main].join(" ")}`);
  const bytes = [...main].reduce((sum, file) => sum + sizeOf(file), 0);
  assert(bytes < 950_000, `import "@davit/sdk" loads ${bytes} bytes`);
  // Who wants a part is not to load the whole.
  const [largest] = [...main].toSorted((a, b) => sizeOf(b) - sizeOf(a));
  for (const entry of ["api", "config", "oci", "registry", "trust"]) {
    assert(!filesOf(`lib/${entry}/mod.js`).has(largest!), `${entry} loads ${largest}`);
  }
  // The program that starts a prompt does not load what the prompt does.
  const prompt = Deno.readTextFileSync(`${PACKAGE}/dist/lib/repl/mod.js`);
  const parts = [...prompt.matchAll(/import\('(?:\.\.\/)+([^']+)'\)/g)].map(([, file]) => file!);
  assertEquals(parts.length, 2);
  assertEquals(parts.map((part) => filesOf(part).has(largest!)).sort(), [false, true]);
});

function sizeOf(file: string): number {
  return Deno.statSync(`${PACKAGE}/dist/${file}`).size;
}

Deno.test("every file of the packed package loads by itself", async () => {
  await packed();
  const files = [...Deno.readDirSync(`${PACKAGE}/dist`)].filter(({ isFile }) => isFile);
  const code = `for (const file of ${JSON.stringify(files.map(({ name }) => name))}) {
    await import(${JSON.stringify(`file://${PACKAGE}/dist/`)} + file);
  }`;
  const { code: exit, stderr } = await deno(PACKAGE, "eval", "--no-config", code);
  assertEquals([exit, stderr], [0, ""]);
});

Deno.test("the packed package type-checks and runs in a project of somebody else", async () => {
  await packed();
  const dir = await makeProject();
  try {
    const checked = await deno(dir, "check", "--all", "app/main.ts");
    assertEquals(checked.code, 0, checked.stderr);
    const ran = await deno(dir, "run", "-A", "app/main.ts");
    assertEquals(ran.code, 0, ran.stderr);
    assertEquals(ran.stdout.split("\n").slice(0, 3), [
      "echo hello true",
      "docker.io/library/alpine:latest true function function",
      "function",
    ]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
