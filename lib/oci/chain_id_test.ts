import { assertEquals, assertRejects } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { chainId, chainIds } from "./chain_id.ts";
import type { Digest } from "./digest.ts";

const a: Digest = `sha256:${"a".repeat(64)}`;
const b: Digest = `sha256:${"b".repeat(64)}`;

Deno.test("chainId() follows the image spec", async () => {
  assertEquals(await chainId([a]), a);
  // printf 'sha256:aa… sha256:bb…' | sha256sum
  const two = await chainId([a, b]);
  assertEquals(two, "sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c");
  assertEquals(await chainIds([a, b]), [a, two]);
  const three = await chainId([a, b, a]);
  assertEquals(three, "sha256:406364a4bd8d39df8107071d4494fa73814420337124657ec5999b072e5d3352");
});

Deno.test("chainId() needs layers that are digests", async () => {
  await assertRejects(() => chainId([]), InvalidArgumentError, "no layers");
  await assertRejects(() => chainId([a, "sha256:x"]), InvalidArgumentError);
});
