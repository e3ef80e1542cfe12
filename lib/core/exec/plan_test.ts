import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { Process } from "../../oci/runtime_spec.ts";
import { capabilitiesIn } from "./capabilities.ts";
import { buildExecProcess } from "./plan.ts";

const base: Process = {
  terminal: true,
  consoleSize: { width: 1, height: 2 },
  user: { uid: 5, gid: 6 },
  args: ["init"],
  env: ["PATH=/bin", "A=1"],
  cwd: "/srv",
  noNewPrivileges: true,
  apparmorProfile: "some",
  capabilities: { bounding: ["CAP_KILL"] },
};

Deno.test("buildExecProcess() keeps what is not changed, but not the terminal", () => {
  const process = buildExecProcess(base, { args: ["ls", "-l"], env: {} }, {});
  assertEquals(process, {
    user: { uid: 5, gid: 6 },
    args: ["ls", "-l"],
    env: ["PATH=/bin", "A=1"],
    cwd: "/srv",
    noNewPrivileges: true,
    apparmorProfile: "some",
    capabilities: { bounding: ["CAP_KILL"] },
  });
});

Deno.test("buildExecProcess() changes env, cwd, user and terminal", () => {
  const process = buildExecProcess(
    base,
    { args: ["sh"], env: { A: "2", B: "" }, cwd: "/", terminal: true },
    { user: { uid: 1, gid: 2, additionalGids: [2, 3] } },
  );
  assertEquals(process.env, ["PATH=/bin", "A=2", "B=", "TERM=xterm"]);
  assertEquals([process.cwd, process.terminal, process.consoleSize], ["/", true, undefined]);
  assertEquals(process.user, { uid: 1, gid: 2, additionalGids: [2, 3] });
});

Deno.test("buildExecProcess() gives a privileged process what it is told to", () => {
  const capabilities = ["CAP_SYS_ADMIN"] as const;
  const process = buildExecProcess(base, { args: ["sh"], env: {} }, { capabilities });
  assertEquals(process.capabilities, {
    bounding: ["CAP_SYS_ADMIN"],
    effective: ["CAP_SYS_ADMIN"],
    permitted: ["CAP_SYS_ADMIN"],
  });
  assertEquals([process.noNewPrivileges, process.apparmorProfile], [undefined, undefined]);
  assertEquals(base.capabilities, { bounding: ["CAP_KILL"] });
});

Deno.test("buildExecProcess() needs a command", () => {
  assertThrows(() => buildExecProcess(base, { args: [], env: {} }, {}), InvalidArgumentError);
});

Deno.test("capabilitiesIn() reads bits by the numbers of linux/capability.h", () => {
  assertEquals(capabilitiesIn(0x00000000a80425fbn).length, 14);
  assertEquals(capabilitiesIn(1n << 21n), ["CAP_SYS_ADMIN"]);
  assertEquals(capabilitiesIn(0n), []);
});
