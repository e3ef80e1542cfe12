/**
 * Builds an image, and kills itself before one of its calls.
 *
 * Arguments: the socket, the namespace, the base, and which call; 0 to say how many there are.
 */
import { clientOf } from "../harness/daemons.ts";
import { faultyBuild } from "./support.ts";

const [address, namespace, base, at] = Deno.args;
let calls = 0;
await using client = clientOf(address!);
await using counting = client.use(() => {
  if (++calls === Number(at)) Deno.kill(Deno.pid, "SIGKILL");
});
await faultyBuild(counting.namespace(namespace!), base!).build();
console.log(calls);
