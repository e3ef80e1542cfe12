import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { parseUpstream, upstreamsOf } from "./forward.ts";

Deno.test("parseUpstream() reads addresses, with and without ports", () => {
  assertEquals(parseUpstream("192.0.2.53"), { address: "192.0.2.53", port: 53 });
  assertEquals(parseUpstream("192.0.2.53:5353"), { address: "192.0.2.53", port: 5353 });
  assertEquals(parseUpstream("fd00::53"), { address: "fd00::53", port: 53 });
  assertEquals(parseUpstream("[fd00::0:53]:5353"), { address: "fd00::53", port: 5353 });
  for (
    const bad of [
      "",
      "dns.example.org",
      "192.0.2.53:0",
      "192.0.2.53:65536",
      "[fd00::53]",
      "::1:53x",
    ]
  ) {
    assertThrows(() => parseUpstream(bad), InvalidArgumentError, JSON.stringify(bad));
  }
});

Deno.test("upstreamsOf() reads resolv.conf, and leaves out the responder itself", () => {
  const text = "# nameserver 1.1.1.1\nsearch x\nnameserver 10.9.0.1\n nameserver\t192.0.2.53 \n" +
    "nameserver fd00:0::53\nnameserver fe80::1%eth0\nnameserver nowhere\n";
  assertEquals(upstreamsOf(text, ["10.9.0.1"]).map(({ address }) => address), [
    "192.0.2.53",
    "fd00::53",
    "fe80::1%eth0",
  ]);
});
