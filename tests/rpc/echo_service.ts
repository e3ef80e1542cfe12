import { create, createFileRegistry } from "@bufbuild/protobuf";
import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
} from "@bufbuild/protobuf";
import {
  type BytesValueSchema,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

const TYPE = ".google.protobuf.BytesValue";

/** A service with a method of each kind, all from BytesValue to BytesValue; see server.mjs. */
const file = create(FileDescriptorProtoSchema, {
  name: "davit/test/echo.proto",
  package: "davit.test",
  syntax: "proto3",
  dependency: ["google/protobuf/wrappers.proto"],
  service: [{
    name: "Echo",
    method: [
      { name: "Unary", inputType: TYPE, outputType: TYPE },
      { name: "Server", inputType: TYPE, outputType: TYPE, serverStreaming: true },
      { name: "Client", inputType: TYPE, outputType: TYPE, clientStreaming: true },
      {
        name: "BiDi",
        inputType: TYPE,
        outputType: TYPE,
        clientStreaming: true,
        serverStreaming: true,
      },
    ],
  }],
});

const service = createFileRegistry(
  file,
  (name) =>
    name === file_google_protobuf_wrappers.proto.name
      ? file_google_protobuf_wrappers.proto
      : undefined,
).getService("davit.test.Echo");

function find(name: string): DescMethod {
  const method = service?.methods.find((method) => method.name === name);
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
}

type Bytes = typeof BytesValueSchema;

/** The methods of the service. */
export const echo = {
  unary: find("Unary") as DescMethodUnary<Bytes, Bytes>,
  server: find("Server") as DescMethodServerStreaming<Bytes, Bytes>,
  client: find("Client") as DescMethodClientStreaming<Bytes, Bytes>,
  biDi: find("BiDi") as DescMethodBiDiStreaming<Bytes, Bytes>,
};
