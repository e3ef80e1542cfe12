import { assertEquals } from "@std/assert";
import { CATALOG_SCOPE, mergeScopes, repositoryScope } from "./scopes.ts";

Deno.test("mergeScopes() gives equal scopes one form", () => {
  const push = repositoryScope("a/b", ["push", "pull"]);
  assertEquals(push, "repository:a/b:push,pull");
  assertEquals(mergeScopes([push, "repository:c:pull repository:a/b:pull,delete", ""]), [
    "repository:a/b:delete,pull,push",
    "repository:c:pull",
  ]);
  assertEquals(mergeScopes([CATALOG_SCOPE, "odd"]), ["odd", "registry:catalog:*"]);
  assertEquals(mergeScopes([]), []);
});
