import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseExposed, parsePublish, withoutPublished } from "./ports.ts";

const shown = (publish: Parameters<typeof parsePublish>[0]) =>
  parsePublish(publish).map(({ hostIp, hostPort, hostPortEnd, containerPort, protocol }) =>
    `${hostIp} ${hostPort}-${hostPortEnd} ${containerPort} ${protocol}`
  );

Deno.test("parsePublish() reads Docker's forms", () => {
  assertEquals(shown("8080:80"), ["0.0.0.0 8080-8080 80 tcp"]);
  assertEquals(shown(80), ["0.0.0.0 0-0 80 tcp"]);
  assertEquals(shown("127.0.0.1:8080:80/UDP"), ["127.0.0.1 8080-8080 80 udp"]);
  assertEquals(shown("127.0.0.1::80"), ["127.0.0.1 0-0 80 tcp"]);
  assertEquals(shown("[::1]:8080:80/sctp"), ["::1 8080-8080 80 sctp"]);
  assertEquals(shown("8000-8001:80-81"), ["0.0.0.0 8000-8000 80 tcp", "0.0.0.0 8001-8001 81 tcp"]);
  assertEquals(shown("8000-8010:80"), ["0.0.0.0 8000-8010 80 tcp"]);
  assertEquals(shown({ container: 53, host: 5353, address: "::", protocol: "udp" }), [
    ":: 5353-5353 53 udp",
  ]);
});

Deno.test("parsePublish() refuses other forms", () => {
  const bad = ["", "x", "70000:1", "1:0", "80/icmp", "1:2:3:4", "1.2.3:1:1", "2-1:80", "1-3:1-2"];
  for (const text of [...bad, "80/tcp/udp", "-1:80", "8080:"]) {
    assertThrows(() => parsePublish(text), InvalidArgumentError, `Cannot publish "${text}"`);
  }
});

Deno.test("parseExposed() reads ports of images, and withoutPublished() leaves out what is published", () => {
  const any = { hostIp: "0.0.0.0", hostPort: 0, hostPortEnd: 0 };
  assertEquals(parseExposed("80"), [{ ...any, containerPort: 80, protocol: "tcp" }]);
  assertEquals(parseExposed("53/UDP"), [{ ...any, containerPort: 53, protocol: "udp" }]);
  assertEquals(parseExposed("80-82/tcp").map(({ containerPort }) => containerPort), [80, 81, 82]);
  for (const bad of ["", "8080:80", "80/x", "0", "70000", "82-80"]) {
    assertThrows(() => parseExposed(bad), InvalidArgumentError);
  }
  const ports = ["80/tcp", "80/udp", "81"].flatMap(parseExposed);
  assertEquals(
    withoutPublished(ports, parsePublish("9000:80")).map((p) => `${p.containerPort}/${p.protocol}`),
    ["80/udp", "81/tcp"],
  );
});
