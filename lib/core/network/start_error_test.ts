import { assertEquals, assertInstanceOf } from "@std/assert";
import { NetworkError, UnsupportedError } from "../../errors/errors.ts";
import { hookFailure } from "./start_error.ts";

const failure = (kind: string, text: string, network = "shop", plugin = "bridge") =>
  hookFailure(`warning: x\ndavit-network: ${kind}\t${network}\t${plugin}\t${text}\n`, "start it");
const plugin = (msg: string, details?: string) =>
  failure("plugin", JSON.stringify({ cniVersion: "1.0.0", code: 999, msg, details }, undefined, 4));

Deno.test("hookFailure() tells failures of plugins apart", () => {
  for (
    const [msg, reason] of [
      [
        "failed to allocate for range 0: requested IP address 10.4.0.9 is not available in range set",
        "address_taken",
      ],
      [
        "failed to allocate for range 0: no IP addresses available in range set: 10.4.0.1-10.4.0.254",
        "no_free_address",
      ],
      ["failed to parse network configuration: invalid character", "bad_configuration"],
      ["operation not supported", "plugin_failed"],
    ]
  ) {
    const error = plugin(msg!);
    assertInstanceOf(error, NetworkError);
    assertEquals([error.reason, error.network, error.plugin], [reason, "shop", "bridge"], msg);
    assertEquals(error.message.startsWith("Cannot start it: "), true, error.message);
  }
  const noTables = plugin(
    'failed to locate iptables: exec: "iptables": executable file not found in $PATH',
  );
  assertInstanceOf(noTables, UnsupportedError);
  assertEquals(noTables.needed, "iptables");
  assertEquals(plugin("it is", "so")?.message.endsWith("failed: it is: so"), true);
  assertEquals(failure("plugin", "segfault")?.message.endsWith("failed: segfault"), true);
});

Deno.test("hookFailure() names ports and who has them", () => {
  const port = (text: string) => failure("port", text, "", "")?.message;
  assertEquals(
    port("taken tcp :: 80 process 7 (nginx -g x)"),
    "Cannot start it: port [::]:80/tcp of the host is taken by process 7 (nginx -g x); choose another",
  );
  assertEquals(
    port("taken udp 0.0.0.0 80-90 container ci-web"),
    'Cannot start it: port 0.0.0.0:80-90/udp of the host is taken by container "ci-web"; choose another',
  );
  assertEquals(
    port("taken tcp 10.9.9.9 80 -Cannot assign requested address"),
    "Cannot start it: port 10.9.9.9:80/tcp cannot be taken: Cannot assign requested address",
  );
});

Deno.test("hookFailure() knows nothing of other programs' words", () => {
  assertEquals(hookFailure("chmod: no such file\n", "start it"), undefined);
});
