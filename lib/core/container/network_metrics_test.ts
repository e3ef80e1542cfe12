import { assertEquals } from "@std/assert";
import { parseNetwork } from "./network_metrics.ts";

const TEXT = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0:    1000      10    1    2    0     0          0         0     2000      20    3    0    0     0       0          0
  eth1:      5       1    0    0    0     0          0         0        6       2    0    0    0     0       0          0
`;

Deno.test("parseNetwork() adds up what is no loopback", () => {
  const { interfaces, ...all } = parseNetwork(TEXT);
  assertEquals(Object.keys(interfaces), ["eth0", "eth1"]);
  assertEquals(interfaces.eth0, {
    rxBytes: 1000,
    rxPackets: 10,
    rxErrors: 1,
    txBytes: 2000,
    txPackets: 20,
    txErrors: 3,
  });
  assertEquals([all.rxBytes, all.txBytes, all.rxPackets, all.txErrors], [1005, 2006, 11, 3]);
});
