import { assertEquals } from "@std/assert";
import { fit, oneLine, pad, textWidth, wrap } from "./width.ts";

Deno.test("textWidth() counts cells, not characters", () => {
  assertEquals(textWidth("abc"), 3);
  assertEquals(textWidth("日本語"), 6);
  assertEquals(textWidth("한글"), 4);
  assertEquals(textWidth("e\u0301"), 1);
  assertEquals(textWidth("👩‍👩‍👧‍👦"), 2);
  assertEquals(textWidth("⚠"), 1);
  assertEquals(textWidth("⚠️"), 2);
  assertEquals(textWidth("ｆｕｌｌ"), 8);
  assertEquals(textWidth("\u200b"), 0);
  assertEquals(textWidth(""), 0);
});

Deno.test("fit() cuts where it is told, and never through a wide character", () => {
  assertEquals(fit("abcdef", 6), "abcdef");
  assertEquals(fit("abcdef", 4), "abc…");
  assertEquals(fit("abcdef", 4, "start"), "…def");
  assertEquals(fit("abcdef", 4, "middle"), "ab…f");
  assertEquals(fit("日本語", 4), "日…");
  assertEquals(fit("日本語", 4, "start"), "…語");
  assertEquals(fit("abc", 1), "…");
  assertEquals(fit("abc", 0), "");
});

Deno.test("oneLine() lets nothing through that moves the cursor", () => {
  assertEquals(oneLine("a\n  b\r\nc"), "a b c");
  assertEquals(oneLine("\x1b[2Jx\x07\u202e"), "\ufffd[2Jx\ufffd\ufffd");
});

Deno.test("pad() fills up on either side", () => {
  assertEquals(pad("語", 4), "語  ");
  assertEquals(pad("12", 4, "right"), "  12");
  assertEquals(pad("12345", 4), "12345");
});

Deno.test("wrap() breaks between words, and words that are too long", () => {
  assertEquals(wrap("one two three", 8), ["one two", "three"]);
  assertEquals(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assertEquals(wrap("one two", 5, "  "), ["one", "  two"]);
  assertEquals(wrap("", 5), [""]);
});
