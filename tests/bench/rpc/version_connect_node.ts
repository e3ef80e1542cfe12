import { createGrpcTransport } from "npm:@connectrpc/connect-node@2.2.0";
import { connect } from "node:net";
import { Version } from "../../../lib/gen/containerd/services/version_pb.ts";

const address = Deno.args[0]!;
const start = performance.now();
let socket: ReturnType<typeof connect> | undefined;
const transport = createGrpcTransport({
  baseUrl: "http://localhost",
  nodeOptions: { createConnection: () => socket = connect(address) },
});
const { version } = Version.method;
const { message } = await transport.unary(version, undefined, undefined, undefined, {});
console.log(performance.now() - start, message.version);
socket?.destroy();
