import { Version } from "../../../lib/gen/containerd/services/version_pb.ts";
import { dialUnix } from "../../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../../lib/rpc/transport.ts";

const address = Deno.args[0]!;
const start = performance.now();
const transport = createGrpcTransport({ dial: dialUnix(address), address });
const { version } = Version.method;
const { message } = await transport.unary(version, undefined, undefined, undefined, {});
console.log(performance.now() - start, message.version);
await transport.close();
