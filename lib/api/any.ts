/**
 * `google.protobuf.Any` as containerd uses it: specs are JSON under `types.containerd.io/…` names,
 * everything else is protobuf under its bare type name.
 *
 * @module
 */
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { AnySchema } from "../gen/google/protobuf/any_pb.ts";
import type { LinuxResources } from "../oci/runtime_resources.ts";
import type { Process, Spec } from "../oci/runtime_spec.ts";
import { decodeSpec, encodeSpec } from "../oci/spec_json.ts";

/** Names under which containerd keeps JSON values. */
export const JSON_TYPES = {
  /** An OCI runtime spec, in a container. */
  spec: "types.containerd.io/opencontainers/runtime-spec/1/Spec",
  /** An OCI process, in an exec. */
  process: "types.containerd.io/opencontainers/runtime-spec/1/Process",
  /** OCI Linux resources, in an update. */
  linuxResources: "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources",
} as const;

/** Packs a spec, a process or resources as JSON under one of {@linkcode JSON_TYPES}. */
export function packSpec(typeUrl: string, value: Spec | Process | LinuxResources): Any {
  return create(AnySchema, { typeUrl, value: encodeSpec(value) });
}

/**
 * Reads a container's spec.
 *
 * @throws {InvalidArgumentError} when it is no OCI runtime spec.
 */
export function unpackSpec(any: Any): Spec {
  return decodeSpec(any.value);
}

/** Packs a protobuf message under its bare type name: containerd compares names as they are. */
export function packMessage<S extends DescMessage>(schema: S, init: MessageInitShape<S>): Any {
  return create(AnySchema, {
    typeUrl: schema.typeName,
    value: toBinary(schema, create(schema, init)),
  });
}

/** Reads a message if `any` holds one of that type, whatever precedes its name's last slash. */
export function unpackMessage<S extends DescMessage>(
  schema: S,
  any: Any,
): MessageShape<S> | undefined {
  if (any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1) !== schema.typeName) return undefined;
  return fromBinary(schema, any.value);
}
