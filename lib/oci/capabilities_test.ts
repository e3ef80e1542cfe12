import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import {
  ALL_CAPABILITIES,
  changeCapabilities,
  DEFAULT_CAPABILITIES,
  parseCapabilities,
} from "./capabilities.ts";

Deno.test("ALL_CAPABILITIES is in the kernel's order", () => {
  assertEquals(ALL_CAPABILITIES.length, 41);
  assertEquals(new Set(ALL_CAPABILITIES).size, 41);
  // Numbers of linux/capability.h.
  for (
    const [n, name] of [[0, "CHOWN"], [12, "NET_ADMIN"], [21, "SYS_ADMIN"], [31, "SETFCAP"], [
      40,
      "CHECKPOINT_RESTORE",
    ]] as const
  ) {
    assertEquals(ALL_CAPABILITIES[n], `CAP_${name}`);
  }
});

Deno.test("parseCapabilities() takes any spelling", () => {
  assertEquals(parseCapabilities(["net_admin", "CAP_NET_ADMIN", "cap_sys_time"]), [
    "CAP_NET_ADMIN",
    "CAP_SYS_TIME",
  ]);
  assertEquals(parseCapabilities(["all"]), [...ALL_CAPABILITIES]);
  for (const bad of ["", "NET", "CAP_", "CAP_ALL"]) {
    assertThrows(() => parseCapabilities([bad]), InvalidArgumentError, "Cannot use capability");
  }
});

Deno.test("changeCapabilities() adds, drops, and takes ALL first", () => {
  const base = DEFAULT_CAPABILITIES;
  assertEquals(changeCapabilities(base, {}), [...base]);
  assertEquals(changeCapabilities(base, { add: ["SYS_PTRACE"], drop: ["mknod"] }), [
    ...base.filter((c) => c !== "CAP_MKNOD"),
    "CAP_SYS_PTRACE",
  ]);
  assertEquals(changeCapabilities(base, { drop: ["ALL"], add: ["CHOWN"] }), ["CAP_CHOWN"]);
  assertEquals(changeCapabilities(base, { add: ["ALL"], drop: ["CHOWN"] }).length, 40);
  assertThrows(() => changeCapabilities(base, { drop: ["x"] }), InvalidArgumentError);
});
