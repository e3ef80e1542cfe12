import { assertEquals } from "@std/assert";
import { nextPage } from "./pages.ts";

Deno.test("nextPage() finds the link to the next page", () => {
  const url = new URL("https://r.example/v2/a/tags/list?n=2");
  const next = (link?: string) =>
    nextPage({ url, headers: new Headers(link ? { link } : {}) })?.href;
  assertEquals(next(), undefined);
  assertEquals(
    next('</v2/a/tags/list?last=b&n=2>; rel="next"'),
    "https://r.example/v2/a/tags/list?last=b&n=2",
  );
  assertEquals(next("<?last=b>;rel=next"), "https://r.example/v2/a/tags/list?last=b");
  assertEquals(
    next('<https://x/1>; rel="prev"; title="a, b", <https://x/2>; title="c"; rel="last next"'),
    "https://x/2",
  );
  assertEquals(next('<https://x/1>; rel="prev"'), undefined);
  assertEquals(next('<http://:bad>; rel="next"'), undefined);
});
