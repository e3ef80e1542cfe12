import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import {
  FailedPreconditionError,
  PermissionError,
  UnavailableError,
  UnsupportedError,
} from "../../errors/errors.ts";
import { connectFailure, forwardFailure, isForwardFailure } from "./failure.ts";

Deno.test("connectFailure() knows what ssh says", () => {
  const cases = [
    ["ssh: Could not resolve hostname nope: Name or service not known", UnavailableError, "name"],
    ["ssh: connect to host a port 22: Connection refused", UnavailableError, "sshd"],
    ["ssh: connect to host a port 22: Connection timed out", UnavailableError, "answer"],
    ["ssh: connect to host a port 22: No route to host", UnavailableError, "network"],
    ["me@a: Permission denied (publickey).", PermissionError, "key"],
    [
      "No ED25519 host key is known for a\nHost key verification failed.",
      PermissionError,
      "by hand",
    ],
    [
      "@@@@@@\nWARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.",
      PermissionError,
      "ssh-keygen -R",
    ],
    ["command-line: line 0: Bad configuration option: x", FailedPreconditionError, "options"],
    ["kex_exchange_identification: Connection closed", UnavailableError, "kex_exchange"],
    ["", UnavailableError, "without a word"],
  ] as const;
  for (const [text, type, part] of cases) {
    const error = connectFailure('connect to "ssh://a"', text);
    assertInstanceOf(error, type, text);
    assertStringIncludes(error.message, 'Cannot connect to "ssh://a": ');
    assertStringIncludes(error.message, part);
  }
});

Deno.test("forwardFailure() tells a socket that nobody listens at from one that is not forwarded", () => {
  assertInstanceOf(forwardFailure("connect", "/run/c.sock", true), UnsupportedError);
  assertInstanceOf(forwardFailure("connect", "/run/c.sock", false), UnavailableError);
  const said = ["channel 3: open failed: connect failed: open failed\r\n", "something else"];
  assertEquals(said.map(isForwardFailure), [true, false]);
});
