import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import {
  formatIp,
  formatSubnet,
  isInSubnet,
  nextSubnet,
  parseIp,
  parseSubnet,
  subnetsOverlap,
  tryParseIp,
} from "./ip_address.ts";

Deno.test("formatIp() prints what parseIp() read, in its shortest form", () => {
  for (
    const [text, shown] of [
      ["10.4.0.1", "10.4.0.1"],
      ["::", "::"],
      ["0:0:0:0:0:0:0:1", "::1"],
      ["FD00:0:0:0:1::1", "fd00::1:0:0:1"],
      ["1:0:0:0:0:0:0:0", "1::"],
      ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
      ["::ffff:1.2.3.4", "::ffff:102:304"],
    ]
  ) assertEquals(formatIp(parseIp(text!)), shown);
});

Deno.test("tryParseIp() refuses what is no address", () => {
  const none = [
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.5",
    ":",
    ":::",
    "1::2::3",
    "12345::",
  ];
  for (const text of [...none, "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "::1.2.3"]) {
    assertEquals(tryParseIp(text), undefined, text);
  }
});

Deno.test("parseSubnet() refuses addresses with bits after the prefix", () => {
  assertThrows(() => parseSubnet("10.0.0.1/24"), InvalidArgumentError, 'use "10.0.0.0/24"');
  for (const text of ["10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0.0/24/1", "x/8"]) {
    assertThrows(() => parseSubnet(text), InvalidArgumentError);
  }
});

Deno.test("subnetsOverlap(), isInSubnet() and nextSubnet() count addresses", () => {
  const subnet = parseSubnet("10.4.255.0/24");
  assertEquals(formatSubnet(nextSubnet(subnet)!), "10.5.0.0/24");
  assertEquals(nextSubnet(parseSubnet("255.255.255.0/24")), undefined);
  assertEquals(subnetsOverlap(subnet, parseSubnet("10.4.0.0/16")), true);
  assertEquals(subnetsOverlap(subnet, parseSubnet("10.5.0.0/16")), false);
  assertEquals(subnetsOverlap(parseSubnet("::/0"), subnet), false);
  assertEquals(isInSubnet(subnet, parseIp("10.4.255.255")), true);
  assertEquals(isInSubnet(subnet, parseIp("10.5.0.0")), false);
});
