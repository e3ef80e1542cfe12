import { assertEquals } from "@std/assert";
import { mountsUnder } from "./mounts.ts";

const MOUNTINFO = `22 1 254:0 / / rw - ext4 /dev/vda rw
40 22 0:30 / /tmp/x/state rw - tmpfs tmpfs rw
41 40 0:31 / /tmp/x/state/a\\040b rw - overlay overlay rw
42 22 0:32 / /tmp/xy rw - tmpfs tmpfs rw
43 40 0:33 / /tmp/x/state rw - tmpfs tmpfs rw
`;

Deno.test("mountsUnder() finds the folder itself and what is below, in order", () => {
  assertEquals(mountsUnder(MOUNTINFO, ["/tmp/x/state", "/tmp/x/root"]), [
    "/tmp/x/state",
    "/tmp/x/state/a b",
    "/tmp/x/state",
  ]);
});

Deno.test("mountsUnder() takes no folder whose name only begins alike", () => {
  assertEquals(mountsUnder(MOUNTINFO, ["/tmp/x/st", "/tmp/x/state/a"]), []);
  assertEquals(mountsUnder(MOUNTINFO, ["/tmp/x"]).includes("/tmp/xy"), false);
});
