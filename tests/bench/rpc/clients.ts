import { createClient } from "@connectrpc/connect";
import type { Client, Transport } from "@connectrpc/connect";
import { createGrpcTransport as createNodeTransport } from "npm:@connectrpc/connect-node@2.2.0";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import {
  Content,
  ReadContentRequestSchema,
  WriteAction,
} from "../../../lib/gen/containerd/services/content_pb.ts";
import { Version } from "../../../lib/gen/containerd/services/version_pb.ts";
import { dialUnix } from "../../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../../lib/rpc/transport.ts";

/** What the benchmark asks of each client. */
export interface BenchClient {
  readonly name: string;
  /** Asks for the daemon's version. */
  version(): Promise<void>;
  /** Reads a blob and returns its size. */
  read(digest: string): Promise<number>;
  /** Writes a blob in chunks, without commit, and drops it. */
  write?(data: Uint8Array, chunkBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** The namespace that the benchmark works in. */
export const NAMESPACE = "davit-bench-rpc";
const headers = { "containerd-namespace": NAMESPACE };

/** Davit's own transport. */
export function davitClient(address: string): BenchClient {
  const transport = createGrpcTransport({ dial: dialUnix(address), address });
  return connectClient("davit", transport, () => transport.close());
}

/** connect-node, in this runtime. */
export function connectNodeClient(address: string): BenchClient {
  let socket: ReturnType<typeof connect> | undefined;
  const transport = createNodeTransport({
    baseUrl: "http://localhost",
    nodeOptions: { createConnection: () => socket = connect(address) },
  });
  return connectClient("connect-node", transport, () => {
    socket?.destroy();
    return Promise.resolve();
  });
}

function connectClient(
  name: string,
  transport: Transport,
  close: () => Promise<void>,
): BenchClient {
  const version: Client<typeof Version> = createClient(Version, transport);
  const content: Client<typeof Content> = createClient(Content, transport);
  return {
    name,
    version: async () => {
      await version.version({});
    },
    read: async (digest) => {
      let size = 0;
      for await (const { data } of content.read({ digest }, { headers })) size += data.length;
      return size;
    },
    write: async (data, chunkBytes) => {
      const ref = crypto.randomUUID();
      // One request, one answer: as containerd's own clients write.
      let answered = Promise.withResolvers<void>();
      const answers = content.write(
        (async function* () {
          for (let at = 0; at < data.length; at += chunkBytes) {
            answered = Promise.withResolvers<void>();
            yield {
              action: WriteAction.WRITE,
              ref,
              offset: BigInt(at),
              data: data.subarray(at, at + chunkBytes),
            };
            await answered.promise;
          }
        })(),
        { headers },
      );
      for await (const _ of answers) answered.resolve();
      await content.abort({ ref }, { headers });
    },
    close,
  };
}

/** grpc-js, in this runtime. */
export function grpcJsClient(address: string): BenchClient {
  const client = new grpc.Client(`unix:${address}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": 16 << 20,
  });
  const path = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;
  const serialize = <D extends DescMessage>(desc: D) => (message: MessageShape<D>): Buffer => {
    const bytes = toBinary(desc, message);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const metadata = new grpc.Metadata();
  metadata.set("containerd-namespace", NAMESPACE);
  return {
    name: "grpc-js",
    version: () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          path(Version.method.version),
          serialize(EmptySchema),
          (bytes) => fromBinary(Version.method.version.output, bytes),
          create(EmptySchema),
          (error) => error ? reject(error) : resolve(),
        );
      }),
    read: async (digest) => {
      const { input, output } = Content.method.read;
      const call = client.makeServerStreamRequest(
        path(Content.method.read),
        serialize(input),
        (bytes) => fromBinary(output, bytes),
        create(ReadContentRequestSchema, { digest }),
        metadata,
      );
      let size = 0;
      for await (const { data } of call) size += data.length;
      return size;
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
