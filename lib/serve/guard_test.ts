import { assertEquals } from "@std/assert";
import { Guard } from "./guard.ts";

const PORT = 4711;
const HOST = `127.0.0.1:${PORT}`;

function request(headers: Record<string, string>, method = "GET"): Request {
  return new Request(`http://${HOST}/`, { method, headers: { host: HOST, ...headers } });
}

Deno.test("Guard refuses what comes from elsewhere", () => {
  const guard = new Guard(PORT);
  const status = (headers: Record<string, string>, method?: string) =>
    guard.refuse(request(headers, method))?.status;
  const own = `http://${HOST}`;
  assertEquals(status({}), undefined);
  assertEquals(status({ host: `localhost:${PORT}` }), undefined);
  assertEquals(status({ origin: own, "sec-fetch-site": "same-origin" }), undefined);
  assertEquals(status({ origin: own }, "POST"), undefined);
  // Names that were made to point here, and other ports of this machine.
  for (const host of ["evil.example", `evil.example:${PORT}`, "127.0.0.1", "127.0.0.1:80", ""]) {
    assertEquals(status({ host }), 421, host);
  }
  for (const origin of ["http://evil.example", "null", "https://" + HOST, "http://127.0.0.1:80"]) {
    assertEquals(status({ origin }), 403, origin);
    assertEquals(status({ origin }, "POST"), 403, origin);
  }
  for (const site of ["cross-site", "same-site"]) {
    assertEquals(status({ "sec-fetch-site": site }), 403);
    assertEquals(status({ "sec-fetch-site": site, "sec-fetch-mode": "cors" }), 403);
    // A link that is followed.
    assertEquals(status({ "sec-fetch-site": site, "sec-fetch-mode": "navigate" }), undefined);
    const form = { "sec-fetch-site": site, "sec-fetch-mode": "navigate", origin: "null" };
    assertEquals(status(form, "POST"), 403);
  }
  assertEquals(status({}, "POST"), 403, "who changes something says where it comes from");
});

Deno.test("Guard takes a token once, and knows its cookie from then on", () => {
  const guard = new Guard(PORT);
  const token = guard.invite();
  assertEquals(token.length, 43);
  assertEquals(guard.enter("x"), undefined);
  const cookie = guard.enter(token)!;
  assertEquals(guard.enter(token), undefined);
  assertEquals(/^davit-4711=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/.test(cookie), true);
  const pair = cookie.split(";")[0]!;
  assertEquals(guard.knows(request({ cookie: pair })), true);
  assertEquals(guard.knows(request({ cookie: `a=b; ${pair}; c=d` })), true);
  for (const bad of ["", "davit-4711=", "davit-4711", pair.slice(0, -1), `x${pair}`]) {
    assertEquals(guard.knows(request({ cookie: bad })), false, bad);
  }
  assertEquals(guard.knows(request({ cookie: `davit-4711=${token}` })), false);
  // The oldest link that nobody opened is void when there are many.
  const links = Array.from({ length: 17 }, () => guard.invite());
  assertEquals(links.map((link) => guard.enter(link) !== undefined), [
    false,
    ...Array(16).fill(true),
  ]);
});
