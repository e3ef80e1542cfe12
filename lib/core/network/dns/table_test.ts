import { assert, assertEquals } from "@std/assert";
import { parseIp, parseSubnet } from "../../../oci/ip_address.ts";
import { memberOf } from "./members.ts";
import { addressOfName, type Found, type Member, NameTable } from "./table.ts";

const member = (namespace: string, names: string[], ...addresses: string[]): Member => ({
  ...{ namespace, names, fullNames: [] },
  addresses: addresses.map((text) => parseIp(text)),
});

const table = (options: { domain?: string; known?: string[]; services?: boolean } = {}) =>
  new NameTable({
    network: "shop",
    domain: options.domain,
    subnets: ["10.9.0.0/20", "fd00:9::/64"].map(parseSubnet),
    services: options.services === false ? {} : { "_http._tcp.Web": 80, "_x._udp.nobody": 9 },
    known: new Set(options.known),
    members: [
      member("a", ["db", "sql"], "10.9.0.2", "fd00:9::2"),
      member("a", ["w1", "web", "very.deep"], "10.9.0.3"),
      member("a", ["w2", "web"], "10.9.0.4"),
      member("b", ["db"], "10.9.0.5"),
    ],
  });

/** A line that says what was found. */
function told(found: Found): string {
  if ("elsewhere" in found) return found.elsewhere;
  const answers = (found.answers ?? []).map((answer) => {
    if (answer.type === "SRV") {
      const { port, target } = answer.data as { port: number; target: string };
      return `${port}@${target}`;
    }
    return "data" in answer ? `${answer.data}` : answer.type;
  });
  const [soa] = found.authorities ?? [];
  return answers.join(" ") || [found.rcode, soa?.name].filter(Boolean).join(" ");
}

Deno.test("NameTable.find() tells names that are there from those that are not", () => {
  const names = table({ domain: "shop.internal", known: ["gone"] });
  const expected: [name: string, type: string, found: string][] = [
    ["sql", "A", "10.9.0.2"],
    ["SQL.Shop", "AAAA", "fd00:9::2"],
    ["sql.shop.internal", "A", "10.9.0.2"],
    ["w1", "AAAA", "NOERROR"],
    ["w1.shop", "MX", "NOERROR shop"],
    ["deep.shop", "A", "NOERROR shop"],
    ["deep", "A", "unknown"],
    ["nobody.shop", "A", "unknown"],
    ["nobody.shop.internal", "A", "NXDOMAIN shop.internal"],
    ["gone.shop", "A", "NXDOMAIN shop"],
    ["gone", "A", "NXDOMAIN"],
    ["nobody", "A", "unknown"],
    ["www.example.org", "A", "foreign"],
    ["shop", "SOA", "[object Object]"],
    ["shop", "A", "NOERROR shop"],
    ["shop.internal", "NS", "ns.shop.internal"],
    ["_x._udp.nobody.shop.internal", "SRV", "NXDOMAIN shop.internal"],
    ["_tcp.web.shop", "SRV", "NOERROR shop"],
    ["_http._tcp.web", "A", "NOERROR"],
    ["2.0.9.10.in-addr.arpa", "PTR", "db.shop.internal"],
    ["2.0.9.10.in-addr.arpa", "A", "NOERROR 0.9.10.in-addr.arpa"],
    ["9.1.9.10.in-addr.arpa", "PTR", "NXDOMAIN 1.9.10.in-addr.arpa"],
    ["1.1.1.1.in-addr.arpa", "PTR", "foreign"],
    [`2.${"0.".repeat(15)}${"0.".repeat(8)}9.0.0.0.0.0.d.f.ip6.arpa`, "PTR", "db.shop.internal"],
    ["", "NS", "foreign"],
  ];
  for (const [name, type, found] of expected) {
    assertEquals(told(names.find(name, type, "a")), found, `${type} ${name}`);
  }
});

Deno.test("NameTable.find() tells a container of those in its namespace", () => {
  const names = table();
  assertEquals(told(names.find("db", "A", "a")), "10.9.0.2");
  assertEquals(told(names.find("db", "A", "b")), "10.9.0.5");
  assertEquals(told(names.find("sql", "A", "b")), "unknown");
  assertEquals(told(names.find("db", "A")).split(" ").sort(), ["10.9.0.2", "10.9.0.5"]);
  assertEquals(names.at(parseIp("10.9.0.5"))?.namespace, "b");
  assertEquals(["nobody", "no.shop", "x.org", ""].map((name) => names.isOwn(name)), [
    ...[true, true, false, false],
  ]);
  assertEquals(told(names.missing("no.shop")), "NXDOMAIN shop");
  assertEquals(names.at(parseIp("10.9.0.77")), undefined);
});

Deno.test("NameTable.find() has those that share a name take turns", () => {
  const names = table();
  const turns = [0, 1, 2].map(() => told(names.find("web", "A")));
  assertEquals(turns[0], turns[2]);
  assertEquals(new Set(turns), new Set(["10.9.0.3 10.9.0.4", "10.9.0.4 10.9.0.3"]));
  const found = names.find("_HTTP._tcp.web.shop", "SRV");
  assert("answers" in found);
  assertEquals(told(found).split(" ").sort(), ["80@w1.shop", "80@w2.shop"]);
  assertEquals(found.additionals?.length, 2);
});

Deno.test("addressOfName() reads reverse names alone", () => {
  assertEquals(addressOfName("4.3.2.1.in-addr.arpa"), parseIp("1.2.3.4"));
  for (
    const bad of ["3.2.1.in-addr.arpa", "256.3.2.1.in-addr.arpa", "1.ip6.arpa", "in-addr.arpa"]
  ) {
    assertEquals(addressOfName(bad), undefined);
  }
});

Deno.test("memberOf() reads the files of Davit and of nerdctl, without names that DNS cannot have", () => {
  const id = "c0ffee".padEnd(64, "0");
  const Networks = { shop: { ips: [{ address: "10.9.0.2/24" }, { address: "broken" }, {}] } };
  const file = { Hostname: "C0ffee", Domainname: "example.org", Name: "web", Networks };
  assertEquals(memberOf({ namespace: "n", id, file }, "shop"), {
    namespace: "n",
    names: ["web", "c0ffee000000", "c0ffee"],
    fullNames: ["c0ffee.example.org"],
    addresses: [parseIp("10.9.0.2")],
  });
  assertEquals(memberOf({ namespace: "n", id, file }, "other"), undefined);
  const bare = { Networks, Aliases: { shop: ["ok", "not ok", "x".repeat(64), "a..b"] } };
  assertEquals(memberOf({ namespace: "n", id: "w", file: bare }, "shop")?.names, ["w", "ok"]);
});
