import { assertEquals } from "@std/assert";
import { exitStatus, formatExit, parseExit } from "./exit_status.ts";

Deno.test("parseExit() reads what formatExit() writes", () => {
  const killed = { ...exitStatus(137, new Date("2026-01-02T03:04:05Z")), oomKilled: true };
  assertEquals(parseExit(formatExit(killed)), killed);
  assertEquals(parseExit(formatExit(exitStatus(0, undefined))), exitStatus(0, undefined));
});

Deno.test("parseExit() takes nothing else", () => {
  for (const text of [undefined, "", "null", "7", '{"exitCode":"0"}', "{"]) {
    assertEquals(parseExit(text), undefined);
  }
  assertEquals(parseExit('{"exitCode":1,"exitedAt":"soon"}')?.exitedAt, undefined);
});
