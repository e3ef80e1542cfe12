import { daemonTest } from "../harness/daemons.ts";
import { containerdCases, oracleDiffers } from "./containerd_suite.ts";
import { connectNode, davit } from "./subjects.ts";

for (const subject of [davit, connectNode]) {
  for (const [name, run] of Object.entries(containerdCases)) {
    daemonTest(`${subject.name}: ${name}`, async ({ address, ns }) => {
      const { transport, close } = subject.connect(address);
      try {
        await run({ transport, namespace: ns.name });
      } finally {
        await close();
      }
    }, { skip: subject === connectNode ? oracleDiffers[name] : undefined });
  }
}
