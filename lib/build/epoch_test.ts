import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { sourceDate } from "./epoch.ts";

Deno.test("sourceDate() is SOURCE_DATE_EPOCH, or 1970", () => {
  const before = Deno.env.get("SOURCE_DATE_EPOCH");
  try {
    Deno.env.delete("SOURCE_DATE_EPOCH");
    assertEquals(sourceDate().getTime(), 0);
    Deno.env.set("SOURCE_DATE_EPOCH", "1700000000");
    assertEquals(sourceDate().toISOString(), "2023-11-14T22:13:20.000Z");
    for (const text of ["-1", "1.5", "soon", "99999999999999"]) {
      Deno.env.set("SOURCE_DATE_EPOCH", text);
      assertThrows(sourceDate, InvalidArgumentError, "a number of seconds since 1970");
    }
  } finally {
    if (before === undefined) Deno.env.delete("SOURCE_DATE_EPOCH");
    else Deno.env.set("SOURCE_DATE_EPOCH", before);
  }
});
