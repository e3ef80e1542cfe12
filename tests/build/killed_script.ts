/** Builds an image whose second command does not end. */
import { clientOf } from "../harness/daemons.ts";

const [address, namespace, base] = Deno.args;
await using client = clientOf(address!);
await client.namespace(namespace!).build(base!)
  .sh`cat /proc/sys/kernel/random/uuid > /first`
  .sh`echo running; sleep 1000`
  .tag("killed")
  .build({ onProgress: ({ output }) => output && console.log(output) });
