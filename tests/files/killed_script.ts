/**
 * Works with forks of a container until it is killed.
 *
 * Arguments: the socket, the namespace, the container, and `near` or `far` for whether the daemon's
 * files may be seen; it forks again and again then. Or `promote` and a number: it kills itself
 * before that call of promote(), if there are as many.
 */
import { clientOf } from "../harness/daemons.ts";
import { remoteClient } from "./support.ts";

const [address, namespace, id, what, count] = Deno.args;
let left = Infinity;
await using client = what === "far" ? remoteClient(address!) : clientOf(address!);
await using counting = client.use(() => {
  if (--left === 0) Deno.kill(Deno.pid, "SIGKILL");
});
const source = await counting.namespace(namespace!).containers.get(id!);
if (what === "promote") {
  const [fork] = await source.fork(1);
  const next = String(Number(await fork.files.readTextFile("/left")) + 1);
  await fork.files.writeTextFile("/left", next);
  await fork.files.writeTextFile("/right", next);
  left = Number(count);
  await fork.promote();
  left = Infinity;
} else {
  console.log("ready");
  while (true) for (const fork of await source.fork(2)) await fork.remove();
}
