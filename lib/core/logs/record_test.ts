import { assertEquals } from "@std/assert";
import { parseCriRecord, parseRecord, RecordJoiner } from "./record.ts";

const TIME = "2026-01-02T03:04:05.678901234Z";

function record(log: string, stream: string = "stdout") {
  return parseRecord(JSON.stringify({ log, stream, time: TIME }))!;
}

Deno.test("parseRecord() reads a line and a piece of one", () => {
  const { time, ...line } = record("text\r\n", "stderr");
  assertEquals(line, { stream: "stderr", text: "text", last: true, raw: "text\r\n" });
  assertEquals(time, new Date("2026-01-02T03:04:05.678Z"));
  const piece = record("te\rxt");
  assertEquals([piece.text, piece.last], ["te\rxt", false]);
});

Deno.test("parseRecord() leaves out what is no record", () => {
  const wrong = ["", '{"log":"cut', "null", "[]", '{"log":1,"time":"x"}', '{"log":"a","time":"x"}'];
  for (const line of wrong) assertEquals(parseRecord(line), undefined);
});

Deno.test("RecordJoiner.add() joins pieces of each stream by itself", () => {
  const joiner = new RecordJoiner();
  assertEquals(joiner.add(record("a")), undefined);
  assertEquals(joiner.add(record("x\n", "stderr"))?.text, "x");
  assertEquals(joiner.add(record("b")), undefined);
  assertEquals(joiner.add(record("c\n"))?.text, "abc");
  assertEquals(joiner.add(record("d\n"))?.text, "d");
  joiner.add(record("open", "stderr"));
  assertEquals(joiner.rest().map(({ stream, text }) => [stream, text]), [["stderr", "open"]]);
  assertEquals(joiner.rest(), []);
});

Deno.test("parseCriRecord() reads lines, pieces and what has no text", () => {
  const time = new Date("2026-01-02T03:04:05.678Z");
  const at = "2026-01-02T03:04:05.678901234Z";
  assertEquals(parseCriRecord(`${at} stderr F a b  c\n`), {
    time,
    stream: "stderr",
    text: "a b  c",
    last: true,
    raw: "a b  c\n",
  });
  assertEquals(parseCriRecord(`${at} stdout P:x begin`)?.last, false);
  assertEquals(parseCriRecord(`${at} stdout F \n`)?.text, "");
  assertEquals(parseCriRecord(`${at} stdout F`)?.text, "");
  for (const line of ["", "x", `${at} stdin F x`, `then stdout F x`, at]) {
    assertEquals(parseCriRecord(line), undefined, line);
  }
});
