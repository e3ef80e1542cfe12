import { assertEquals } from "@std/assert";
import { lastLine } from "./history.ts";

Deno.test("lastLine() reads what Deno's prompt wrote", () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "#V2\n");
    assertEquals(lastLine(path), "");
    Deno.writeTextFileSync(path, '#V2\nfirst\nconst a = "\\\\n" + `x\\ny`\n');
    assertEquals(lastLine(path), 'const a = "\\n" + `x\ny`');
  } finally {
    Deno.removeSync(path);
  }
  assertEquals(lastLine("/nowhere/at/all"), "");
});
