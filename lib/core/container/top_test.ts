import { assertEquals } from "@std/assert";
import { parseProcess } from "./top.ts";

const STATUS = `Name:\tnginx: worker
State:\tS (sleeping)
PPid:\t12
Uid:\t101\t101\t101\t101
VmRSS:\t    2048 kB
`;

Deno.test("parseProcess() reads what the kernel says", () => {
  assertEquals(parseProcess(13, STATUS, "nginx\0-g\0\0"), {
    pid: 13,
    parentPid: 12,
    uid: 101,
    state: "S",
    memoryBytes: 2048 * 1024,
    argv: ["nginx", "-g", ""],
  });
});

Deno.test("parseProcess() takes the name of a process without arguments", () => {
  const zombie = parseProcess(1, "Name:\tsh\nState:\tZ (zombie)\nPPid:\t1\nUid:\t0\n", "");
  assertEquals([zombie.argv, zombie.state, zombie.memoryBytes], [["sh"], "Z", 0]);
});
