import { assertEquals, assertStringIncludes } from "@std/assert";
import { PermissionError, UnavailableError } from "../errors/errors.ts";
import { drawBanner } from "./banner.ts";
import { PLAIN } from "./ink.ts";

const options = {
  namespace: "ci",
  history: "",
  notes: "",
  docs: [],
  sdk: "",
  connect: "",
  run: "",
  command: "deno run -A jsr:@davit/sdk/repl",
  offer: false,
};
const canvas = { width: 72, ink: PLAIN };

Deno.test("drawBanner() says where the prompt is", () => {
  const text = drawBanner(
    { address: "/run/a.sock", version: "2.1.9", problem: undefined, options },
    canvas,
  );
  assertEquals(text.split("\n")[0], "containerd 2.1.9 at /run/a.sock, namespace ci");
});

Deno.test("drawBanner() tells a user without permission from one without a daemon", () => {
  const draw = (problem: PermissionError | UnavailableError) =>
    drawBanner({ address: "/run/a.sock", version: undefined, problem, options }, canvas);
  const denied = draw(new PermissionError("x"));
  assertStringIncludes(denied, "You may not use");
  assertEquals(denied.includes("--start"), false);
  const absent = draw(new UnavailableError("x"));
  assertEquals(
    absent.split("\n")[1],
    "Start a private one: deno run -A jsr:@davit/sdk/repl --start",
  );
});
