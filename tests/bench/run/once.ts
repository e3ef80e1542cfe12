/** A whole process that runs a container once: address, namespace and image are arguments. */
import { connect } from "@davit/sdk";

const [address, namespace, image] = Deno.args as [string, string, string];
await using davit = await connect(address);
await davit.namespace(namespace).run(image).command("/bin/true");
