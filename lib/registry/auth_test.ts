import { assertEquals, assertRejects } from "@std/assert";
import { FailedPreconditionError } from "../errors/errors.ts";
import { Authorizer, TokenCache } from "./auth.ts";

Deno.test("TokenCache.get() fetches once for all who wait, and anew after a failure", async () => {
  const cache = new TokenCache();
  let fetched = 0;
  const gate = Promise.withResolvers<void>();
  const fetch = async () => {
    fetched++;
    await gate.promise;
    return { token: `t${fetched}`, expiresAt: Date.now() + 60_000 };
  };
  const all = [1, 2, 3].map(() => cache.get("k", fetch));
  gate.resolve();
  assertEquals((await Promise.all(all)).map(({ token }) => token), ["t1", "t1", "t1"]);
  await cache.get("other", fetch);
  assertEquals(fetched, 2);
  await cache.drop("t1");
  assertEquals((await cache.get("k", fetch)).token, "t3");
  const failing = new TokenCache();
  const fail = () => Promise.reject(new Error("no"));
  await assertRejects(() => failing.get("k", fail), Error, "no");
  assertEquals((await failing.get("k", fetch)).token, "t4");
});

Deno.test("TokenCache.get() renews a token before it ends, once for all", async () => {
  const cache = new TokenCache();
  let fetched = 0;
  const fetch = () => Promise.resolve({ token: `t${++fetched}`, expiresAt: Date.now() + 4000 });
  await cache.get("k", fetch);
  await cache.get("k", fetch);
  assertEquals(fetched, 2);
  const long = () => Promise.resolve({ token: `t${++fetched}`, expiresAt: Date.now() + 60_000 });
  await Promise.all([1, 2, 3].map(() => cache.get("k", long)));
  assertEquals(fetched, 3);
});

Deno.test("Authorizer.answer() sends no password to a token server in the clear", async () => {
  const send = () => Promise.reject(new Error("nothing may be sent"));
  const context = {
    origin: new URL("https://registry.example"),
    scopes: [],
    send,
    credential: () => Promise.resolve({ username: "a", password: "b" }),
  };
  const answer = (realm: string) =>
    new Authorizer(new TokenCache()).answer(`Bearer realm="${realm}"`, undefined, context);
  await assertRejects(
    () => answer("http://tokens.example/"),
    FailedPreconditionError,
    "would travel in the clear",
  );
  await assertRejects(() => answer("https://tokens.example/"), Error, "nothing may be sent");
});

Deno.test("Authorizer.answer() has nothing to say to schemes that it does not know", async () => {
  const context = {
    origin: new URL("https://registry.example"),
    scopes: [],
    send: () => Promise.reject(new Error("nothing may be sent")),
    credential: () => Promise.resolve({ username: "a", password: "b" }),
  };
  const authorizer = new Authorizer(new TokenCache());
  assertEquals(await authorizer.answer("Negotiate", undefined, context), undefined);
  assertEquals(await authorizer.answer(null, undefined, context), undefined);
  const header = await authorizer.answer('Negotiate, Basic realm="x"', undefined, context);
  assertEquals(header, `Basic ${btoa("a:b")}`);
  assertEquals(await authorizer.header(context), header);
  // Sent and refused: there is nothing else.
  assertEquals(await authorizer.answer("Basic", header, context), undefined);
});
