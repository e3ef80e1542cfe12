import { assert, assertEquals } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { create, createRegistry, toBinary } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { StatusCode, statusName, WireError } from "./wire_error.ts";

Deno.test("WireError passes for Connect's ConnectError", () => {
  const cause = new Error("below");
  const error = new WireError(StatusCode.NotFound, "gone", { cause, fields: ["x", "y"] });
  assert(error instanceof ConnectError);
  assertEquals(ConnectError.from(error), error);
  const theirs = new ConnectError("gone", Code.NotFound, { x: "y" }, undefined, cause);
  assertEquals(error.message, theirs.message);
  assertEquals(error.rawMessage, theirs.rawMessage);
  assertEquals(error.name, theirs.name);
  assertEquals([...error.metadata], [...theirs.metadata]);
  assertEquals(error.cause, cause);
});

Deno.test("WireError.findDetails() decodes details by type or registry", () => {
  const value = toBinary(StringValueSchema, create(StringValueSchema, { value: "hi" }));
  const error = new WireError(StatusCode.Internal, "", {
    details: [
      { type: "google.protobuf.StringValue", value },
      { type: "google.protobuf.StringValue", value: Uint8Array.of(255) },
      { type: "other", value },
    ],
  });
  assertEquals(error.findDetails(StringValueSchema).map((detail) => detail.value), ["hi"]);
  assertEquals(error.findDetails(createRegistry(StringValueSchema)).length, 1);
  assertEquals(error.message, "[internal]");
});

Deno.test("StatusCode has the codes of Connect", () => {
  const theirs = Object.entries(Code).filter(([, code]) => typeof code === "number");
  assertEquals(Object.fromEntries(theirs), { ...StatusCode });
  assertEquals(statusName(StatusCode.DataLoss), "data_loss");
  assertEquals(statusName(99), "code_99");
});
