import { assertEquals } from "@std/assert";
import { judgeUrls } from "./hosts.ts";

const HTTP = "http://";

Deno.test("judgeUrls() lets public and reserved hosts through", () => {
  const text = ["https://jsr.io/@std", "localhost:5000/v2/", "127.0.0.1:80", "a.example", "x/y"]
    .map((rest) => rest.startsWith("https") ? rest : HTTP + rest).join(" ");
  assertEquals(judgeUrls("a.ts", text), []);
});

Deno.test("judgeUrls() stops hosts that nobody knows", () => {
  assertEquals(
    judgeUrls("a.json", `{\n"resolved": "${HTTP}npm.corp.lan:4873/a.tgz" }`),
    ['a.json:2: "npm.corp.lan" is not on the list of public hosts in .ci/ok/hosts.ts'],
  );
  assertEquals(judgeUrls("a.ts", `${HTTP}10.1.2.3/v2/`).length, 1);
});

Deno.test("judgeUrls() stops passwords", () => {
  assertEquals(judgeUrls("a.ts", `${HTTP}me:secret@github.com/x`), ["a.ts:1: a password in a URL"]);
  assertEquals(judgeUrls("a.ts", `${HTTP}me:secret@registry.example/x`), []);
});
