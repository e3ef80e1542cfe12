import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport as createNodeTransport } from "npm:@connectrpc/connect-node@2.2.0";
import { connect } from "node:net";
import { dialUnix } from "../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../lib/rpc/transport.ts";

/** A transport under test. */
export interface Subject {
  readonly name: string;
  /** Makes a transport to a Unix socket. */
  connect(address: string): { transport: Transport; close(): Promise<void> };
}

/** Our own transport. */
export const davit: Subject = {
  name: "davit",
  connect(address) {
    const transport = createGrpcTransport({ address, dial: dialUnix(address) });
    return { transport, close: () => transport.close() };
  },
};

/** The oracle. */
export const connectNode: Subject = {
  name: "connect-node",
  connect(address) {
    const sockets: ReturnType<typeof connect>[] = [];
    const transport = createNodeTransport({
      baseUrl: "http://localhost",
      nodeOptions: {
        createConnection: () => {
          const socket = connect(address);
          sockets.push(socket);
          return socket;
        },
      },
    });
    return {
      transport,
      close: async () => {
        for (const socket of sockets) {
          const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
          if (socket.closed) continue;
          socket.destroy();
          await closed;
        }
      },
    };
  },
};
