import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError, NotFoundError } from "../errors/errors.ts";
import { needsUserFiles, parseGroup, parsePasswd, resolveUser } from "./user.ts";

const passwd = `root:x:0:0:root:/root:/bin/sh
# a remark
daemon:x:1:1::/usr/sbin:/sbin/nologin
alice:x:1000:1000:Alice,,,:/home/alice:/bin/ash
broken:x:zero:0::/:

  padded:x:7:8::/p:/bin/sh
+nis
`;
const group = `root:x:0:root
wheel:x:10:root,alice
alice:x:1000:alice
dev:x:2000:bob,alice,
bad:x:-1:alice
empty:x:3000:
`;
const files = { passwd, group };

Deno.test("parsePasswd() skips what is malformed, rather than make it root", () => {
  assertEquals(parsePasswd(passwd).map((u) => [u.name, u.uid, u.gid]), [
    ["root", 0, 0],
    ["daemon", 1, 1],
    ["alice", 1000, 1000],
    ["padded", 7, 8],
  ]);
  assertEquals(parsePasswd(passwd)[2], {
    name: "alice",
    uid: 1000,
    gid: 1000,
    gecos: "Alice,,,",
    home: "/home/alice",
    shell: "/bin/ash",
  });
  assertThrows(() => parsePasswd("x".repeat(10 * 1024 * 1024 + 1)), InvalidArgumentError);
});

Deno.test("parseGroup() reads members", () => {
  assertEquals(parseGroup(group).map((g) => [g.name, g.members.length]), [
    ["root", 1],
    ["wheel", 2],
    ["alice", 1],
    ["dev", 2],
    ["empty", 0],
  ]);
});

Deno.test("resolveUser() follows containerd's rules", () => {
  const ids = (user: string, from = files) => {
    const { uid, gid, additionalGids } = resolveUser(user, from);
    return [uid, gid, ...additionalGids];
  };
  assertEquals(ids("alice"), [1000, 1000, 1000, 10, 2000]);
  assertEquals(ids("1000"), [1000, 1000, 1000, 10, 2000]);
  assertEquals(ids("alice:dev"), [1000, 2000, 10, 2000]);
  assertEquals(ids("alice:5"), [1000, 5, 5, 10, 2000]);
  assertEquals(ids("4242"), [4242, 0, 0]);
  assertEquals(ids("4242:dev"), [4242, 2000, 2000]);
  assertEquals(ids("1000:1000", { passwd: "", group: "" }), [1000, 1000, 1000]);
  assertEquals(ids(""), [0, 0, 0, 10]);
  assertEquals(ids("root"), [0, 0, 0, 10]);
  assertEquals(resolveUser("alice", files).home, "/home/alice");
  assertEquals(resolveUser("4242").name, undefined);
});

Deno.test("resolveUser() says what is wrong", () => {
  for (const bad of [":", "a:", ":b", "a:b:c", "-1", "2147483648", "0:2147483648"]) {
    assertThrows(() => resolveUser(bad, files), InvalidArgumentError, "Cannot use");
  }
  assertThrows(() => resolveUser("bob", files), NotFoundError, "has no such user");
  assertThrows(() => resolveUser("broken", files), NotFoundError, "has no such user");
  assertThrows(() => resolveUser("bob"), NotFoundError, "has no /etc/passwd");
  assertThrows(() => resolveUser("0:nobody", files), NotFoundError, "/etc/group");
});

Deno.test("needsUserFiles() is about names", () => {
  assertEquals(["", "0", "1:2"].map(needsUserFiles), [false, false, false]);
  assertEquals(["a", "1:b", "a:1"].map(needsUserFiles), [true, true, true]);
});
