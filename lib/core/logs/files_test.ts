import { assertEquals } from "@std/assert";
import { LocalHost } from "../../host/local.ts";
import { LogCursor, markedPosition, markOf, tailStart } from "./files.ts";
import { criFormat, jsonFormat } from "./format.ts";

const host = new LocalHost();
const log = (path: string) => ({ host, format: jsonFormat(path) });

function lines(...numbers: number[]): string {
  const time = "2026-01-01T00:00:00Z";
  return numbers.map((n) => `${JSON.stringify({ log: `${n}\n`, stream: "stdout", time })}\n`).join(
    "",
  );
}

/** Runs with the path of a log in a folder of its own. */
async function withLog(fn: (base: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "davit-logs-" });
  try {
    await fn(`${folder}/x-json.log`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function numbers(cursor: LogCursor): Promise<number[]> {
  let text = "";
  for await (const chunk of cursor.read()) text += new TextDecoder().decode(chunk);
  return text.split("\n").filter((line) => line).map((line) => Number(JSON.parse(line).log));
}

function rotate(base: string, files: number): void {
  for (let age = files - 1; age > 0; age--) {
    try {
      Deno.renameSync(age === 1 ? base : `${base}.${age - 1}`, `${base}.${age}`);
    } catch { /* not there yet */ }
  }
}

Deno.test("tailStart() finds the last lines across files", () =>
  withLog(async (base) => {
    Deno.writeTextFileSync(`${base}.2`, lines(1, 2));
    Deno.writeTextFileSync(`${base}.1`, lines(3, 4, 5));
    Deno.writeTextFileSync(base, lines(6));
    const expected = [1, 2, 3, 4, 5, 6];
    for (let count = 0; count <= 8; count++) {
      using cursor = new LogCursor(log(base));
      await cursor.seek(await tailStart(log(base), count));
      assertEquals(await numbers(cursor), count === 0 ? [] : expected.slice(-count));
    }
  }));

Deno.test("tailStart() reads large files in parts, and counts a line that is not ended", () =>
  withLog(async (base) => {
    const all = Array.from({ length: 5000 }, (_, i) => i);
    const open = `{"log":"5000","stream":"stdout","time":"2026-01-01T00:00:00Z"}\n`;
    Deno.writeTextFileSync(base, lines(...all) + open);
    using cursor = new LogCursor(log(base));
    await cursor.seek(await tailStart(log(base), 3000));
    assertEquals(await numbers(cursor), [...all.slice(-2999), 5000]);
  }));

Deno.test("LogCursor.read() goes on in the files that follow", () =>
  withLog(async (base) => {
    Deno.writeTextFileSync(base, lines(1));
    using cursor = new LogCursor(log(base));
    await cursor.seek(await markedPosition(log(base)));
    assertEquals(await numbers(cursor), [1]);
    Deno.writeTextFileSync(base, lines(2), { append: true });
    rotate(base, 3);
    assertEquals(await numbers(cursor), [2]);
    Deno.writeTextFileSync(base, lines(3));
    rotate(base, 3);
    Deno.writeTextFileSync(base, lines(4));
    assertEquals(await numbers(cursor), [3, 4]);
    // So much is written that the file at hand is gone: it goes on with the oldest that is there.
    for (let i = 5; i < 10; i++) {
      rotate(base, 3);
      Deno.writeTextFileSync(base, lines(i));
    }
    assertEquals(await numbers(cursor), [7, 8, 9]);
    assertEquals(await numbers(cursor), []);
  }));

Deno.test("LogCursor.read() waits for a log that is not there yet", () =>
  withLog(async (base) => {
    using cursor = new LogCursor(log(base));
    await cursor.seek(await markedPosition(log(base)));
    assertEquals(await numbers(cursor), []);
    Deno.writeTextFileSync(base, lines(1));
    assertEquals(await numbers(cursor), [1]);
  }));

Deno.test("LogCursor reads logs of Kubernetes across their files", () =>
  withLog(async (base) => {
    const line = (n: number) => `2026-01-01T00:00:00.123456789Z stdout F ${n}\n`;
    const format = criFormat(base);
    const cri = { host, format };
    assertEquals(await format.files(host), []);
    Deno.writeTextFileSync(`${base}.20260101-000000`, line(1));
    Deno.writeTextFileSync(`${base}.20260102-000000`, line(2) + line(3));
    Deno.writeTextFileSync(`${base}.20260101-000000.gz`, "");
    Deno.writeTextFileSync(`${base}x`, line(9));
    Deno.writeTextFileSync(base, line(4));
    const numbers = async (cursor: LogCursor) => {
      let text = "";
      for await (const chunk of cursor.read()) text += new TextDecoder().decode(chunk);
      return text.split("\n").flatMap((line) => format.parse(line)?.text ?? []);
    };
    using cursor = new LogCursor(cri);
    await cursor.seek(await markedPosition(cri));
    assertEquals(await numbers(cursor), ["1", "2", "3", "4"]);
    Deno.renameSync(base, `${base}.20260103-000000`);
    Deno.writeTextFileSync(base, line(5));
    assertEquals(await numbers(cursor), ["5"]);
    using last = new LogCursor(cri);
    await last.seek(await tailStart(cri, 3));
    assertEquals(await numbers(last), ["3", "4", "5"]);
  }));

Deno.test("markedPosition() finds a place again whose file has another name", () =>
  withLog(async (base) => {
    Deno.writeTextFileSync(base, lines(1, 2));
    const mark = await markOf(host, base);
    Deno.writeTextFileSync(base, lines(3), { append: true });
    rotate(base, 3);
    Deno.writeTextFileSync(base, lines(4));
    using cursor = new LogCursor(log(base));
    await cursor.seek(await markedPosition(log(base), mark));
    assertEquals(await numbers(cursor), [3, 4]);
    for (const path of [base, `${base}.1`]) Deno.removeSync(path);
    Deno.writeTextFileSync(base, lines(5));
    using again = new LogCursor(log(base));
    await again.seek(await markedPosition(log(base), mark));
    assertEquals(await numbers(again), [5]);
  }));
