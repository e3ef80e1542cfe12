/**
 * Asks whoever listens at a socket for containerd's version.
 *
 * @module
 */
import { Version } from "../gen/containerd/services/version_pb.ts";
import { dialUnix } from "../rpc/dial.ts";
import { createGrpcTransport } from "../rpc/transport.ts";

/**
 * The version of the daemon at a Unix socket, such as `"2.1.9"` with what its packager added.
 *
 * @param path The socket.
 * @param signal Ends the attempt.
 * @throws Connect's `ConnectError`: nobody answers, or not as containerd does.
 */
export async function probeVersion(path: string, signal: AbortSignal): Promise<string> {
  const transport = createGrpcTransport({ dial: dialUnix(path), address: path });
  try {
    const answer = await transport.unary(Version.method.version, signal, undefined, {}, {});
    return answer.message.version;
  } finally {
    await transport.close();
  }
}
