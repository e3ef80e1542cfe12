import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseLaunchArgs, USAGE } from "./args.ts";

Deno.test("parseLaunchArgs() reads options in both forms", () => {
  assertEquals(parseLaunchArgs([]), { namespace: "default", start: false });
  assertEquals(parseLaunchArgs(["-n", "ci", "--address=unix:///a.sock", "--start"]), {
    namespace: "ci",
    address: "/a.sock",
    start: true,
  });
  for (const args of [["ssh://me@box"], ["-a", "ssh://me@box"]]) {
    const asked = { namespace: "default", address: "ssh://me@box", start: false };
    assertEquals(parseLaunchArgs(args), asked);
  }
  assertEquals(parseLaunchArgs(["-h"]), { text: USAGE, exitCode: 0 });
});

Deno.test("parseLaunchArgs() says what is wrong", () => {
  for (
    const args of [["--nope"], ["word"], ["-n", "a/b"], ["-a", "tcp"], ["-a"], ["/a", "/b"], ["-x"]]
  ) {
    const answer = parseLaunchArgs(args);
    assertEquals("text" in answer && answer.exitCode, 2, args.join(" "));
  }
  const textOf = (...args: string[]) => {
    const answer = parseLaunchArgs(args);
    return "text" in answer ? answer.text : "";
  };
  assertStringIncludes(textOf("--nope"), "Unknown option '--nope'");
  assertStringIncludes(textOf("-a", "/a", "/b"), 'Cannot use "/b": there is one address already');
  assertStringIncludes(textOf("--start", "-n"), "Option '--namespace' needs a value");
});
