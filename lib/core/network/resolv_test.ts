import { assertEquals } from "@std/assert";
import { formatResolver, resolverOf } from "./resolv.ts";

const HOST = "# made by hand\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nsearch host.org\n" +
  "options edns0 trust-ad\n";

Deno.test("resolverOf() takes what was asked for, else what networks say, else the host's", () => {
  const networks = [
    { servers: [], searches: [], options: [] },
    { servers: ["10.9.0.1"], searches: ["shop.internal"], options: [] },
    { servers: ["10.9.0.1", "10.10.0.1"], searches: [], options: [] },
  ];
  assertEquals(resolverOf({}, HOST, false, networks, {}), {
    servers: ["10.9.0.1", "10.10.0.1"],
    searches: ["shop.internal"],
    options: ["edns0", "trust-ad"],
  });
  const asked = { servers: ["192.0.2.9"], searches: [], options: [] };
  assertEquals(resolverOf(asked, HOST, false, networks, {}), asked);
  const own = { searches: ["host.org"], options: ["edns0", "trust-ad"] };
  assertEquals(resolverOf({}, HOST, false, [], {}), { servers: ["192.0.2.1"], ...own });
  assertEquals(resolverOf({}, HOST, true, [], {}), {
    servers: ["127.0.0.53", "192.0.2.1"],
    ...own,
  });
  const configured = { servers: ["192.0.2.7"], searches: [], options: ["ndots:1"] };
  assertEquals(resolverOf({}, HOST, false, [], configured), {
    servers: ["192.0.2.7"],
    searches: ["host.org"],
    options: ["ndots:1"],
  });
  assertEquals(resolverOf({}, HOST, false, networks, configured).servers[0], "10.9.0.1");
  assertEquals(resolverOf({}, "nameserver ::1", false, [], {}).servers, ["8.8.8.8", "8.8.4.4"]);
});

Deno.test("formatResolver() writes resolv.conf", () => {
  assertEquals(
    formatResolver({ servers: ["10.9.0.1"], searches: ["."], options: ["ndots:0"] }),
    "nameserver 10.9.0.1\noptions ndots:0\n",
  );
});
