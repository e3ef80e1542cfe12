import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { NotFoundError, PermissionError } from "../errors/errors.ts";
import { findBinary, parseMajor } from "./binary.ts";

Deno.test("parseMajor() reads what several builds print", () => {
  assertEquals(parseMajor("containerd github.com/containerd/containerd v1.7.24 abc\n"), 1);
  assertEquals(parseMajor("containerd github.com/containerd/containerd 1.6.20~ds1 1.6\n"), 1);
  assertEquals(parseMajor("containerd github.com/containerd/containerd/v2 2.1.9+unknown \n"), 2);
  assertEquals(parseMajor("runc version 1.1.5\n"), undefined);
});

Deno.test("findBinary() prefers the option, then the variable, then PATH", async () => {
  const dir = await Deno.makeTempDir();
  for (const name of ["a", "b", "containerd"]) {
    await Deno.writeTextFile(`${dir}/${name}`, "", { mode: 0o755 });
  }
  const path = `relative::/nowhere:${dir}`;
  const fromEnv = `${dir}/b`;
  assertEquals(findBinary({ containerd: "a", fromEnv, path }), `${dir}/a`);
  assertEquals(findBinary({ containerd: `${dir}/a`, fromEnv, path }), `${dir}/a`);
  assertEquals(findBinary({ fromEnv, path }), fromEnv);
  assertEquals(findBinary({ path }), `${dir}/containerd`);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("findBinary() says what to install, or which name was wrong", async () => {
  const none = assertThrows(() => findBinary({ path: "/nowhere" }), NotFoundError);
  assertStringIncludes(none.message, "apt-get install containerd runc");
  const wrong = assertThrows(
    () => findBinary({ fromEnv: "/nowhere/containerd", path: "" }),
    NotFoundError,
  );
  assertStringIncludes(wrong.message, "$DAVIT_CONTAINERD");
  const plain = await Deno.makeTempFile({ prefix: "containerd" });
  await Deno.chmod(plain, 0o644);
  assertThrows(() => findBinary({ containerd: plain, path: "" }), PermissionError);
  await Deno.remove(plain);
});
