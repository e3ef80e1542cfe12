import { assert, assertEquals, assertMatch } from "@std/assert";
import { type FileResult, readOutput, runFile } from "./run_file.ts";

Deno.test("readOutput() counts tests, not steps", () => {
  const output = `running 4 tests from ./a_test.ts
a ...
  step ... ok (0ms)
  left out ... ignored (0ms)
a ... ok (1ms)
b (skipped: no daemon) ... ignored (0ms)

FAILED | 2 passed (1 step) | 3 failed (1 step) | 1 ignored (1 step) (32ms)
`;
  assertEquals(readOutput(output, false), {
    passed: 2,
    failed: 3,
    skipped: 1,
    skippedNames: ["b (skipped: no daemon)"],
    failures: [output.trimEnd()],
  });
});

Deno.test("readOutput() takes the last summary", () => {
  const output = "ok | 7 passed | 0 failed (1ms)\nFAILED | 1 passed | 1 failed (1ms)\n";
  assertEquals(readOutput(output, false).failed, 1);
});

Deno.test("readOutput() counts a file without a summary as failed", () => {
  assertEquals(readOutput("error: Module not found", false).failed, 1);
  assertEquals(readOutput("", true).failed, 1);
});

Deno.test("readOutput() counts an exit code of 1 as failed", () => {
  assertEquals(readOutput("ok | 7 passed | 0 failed (1ms)\n", false).failed, 1);
});

/** Runs a test file with this code. */
async function runCode(
  code: string,
  options: { limitMs?: number; signal?: AbortSignal; filter?: string } = {},
): Promise<FileResult> {
  const file = Deno.makeTempFileSync({ suffix: "_test.ts" });
  Deno.writeTextFileSync(file, code);
  try {
    return await runFile(file, {
      filter: options.filter,
      env: {},
      limitMs: options.limitMs ?? 60_000,
      signal: options.signal ?? new AbortController().signal,
    });
  } finally {
    Deno.removeSync(file);
  }
}

Deno.test("runFile() runs what the filter lets through", async () => {
  const code = 'Deno.test("good", () => {}); Deno.test("bad", () => { throw new Error("x"); });';
  const all = await runCode(code);
  assertEquals([all.passed, all.failed], [1, 1]);
  assertMatch(all.output, /Error: x/);
  assertEquals(all.failures.length, 1);
  assertMatch(all.failures[0]!, /^bad => .*\nerror: Error: x/);
  const filtered = await runCode(code, { filter: "good" });
  assertEquals([filtered.passed, filtered.failed], [1, 0]);
});

Deno.test("runFile() fails a test that leaves a file open", async () => {
  const { failed, failures, output } = await runCode(
    'Deno.test("open", () => { Deno.openSync("/etc/passwd"); });',
  );
  assertEquals(failed, 1);
  assertMatch(output, /Leaks detected/);
  assertMatch(failures.join(), /^open .*Leaks detected/s);
});

Deno.test("runFile() fails a file that cannot be loaded", async () => {
  const { failed, output } = await runCode('import "./missing.ts";');
  assertEquals(failed, 1);
  assertMatch(output, /Module not found/);
});

Deno.test("runFile() kills a file that does not end, and shows where it was", async () => {
  const { passed, failed, output } = await runCode(
    'Deno.test("busy", () => { for (;;); });',
    { limitMs: 1500 },
  );
  assertEquals([passed, failed], [0, 1]);
  assertMatch(output, /was killed: it did not end within 1.5 s/);
  assertMatch(output, /busy \.\.\./);
});

Deno.test("runFile() kills a file when it is told to", async () => {
  const controller = new AbortController();
  controller.abort("SIGTERM");
  const { failed, output } = await runCode('Deno.test("a", () => {});', {
    signal: controller.signal,
  });
  assertEquals(failed, 1);
  assert(output.includes("was killed: SIGTERM"), output);
});
