/**
 * What a set of .proto files means on the wire, flattened so that two sets can be compared: full
 * name → form. File names, comments and the order of things do not count.
 */

import { fromBinary, isFieldSet } from "@bufbuild/protobuf";
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { buf } from "./buf.ts";

/** What an item is. */
export type Kind = "message" | "field" | "enum" | "value" | "service" | "rpc" | "option";

/** One named thing: its kind, and all that must be equal, in one line. */
export interface Item {
  kind: Kind;
  form: string;
}

/** Items by full name. */
export type Surface = Map<string, Item>;

/** The name in JSON that protobuf gives a field which names none. */
const jsonNameOf = (name: string) => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

const typeOf = (field: FieldDescriptorProto) =>
  field.typeName.slice(1) || Type[field.type].toLowerCase();

function fieldForm(field: FieldDescriptorProto, message?: DescriptorProto): string {
  const entry = message?.nestedType.find(({ name, options }) =>
    options?.mapEntry && field.typeName.endsWith(`.${message.name}.${name}`)
  );
  const inOneof = isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex) &&
    !field.proto3Optional;
  const packed = field.options && isFieldSet(field.options, FieldOptionsSchema.field.packed);
  return [
    `${field.number}`,
    field.label === Label.REPEATED && !entry ? "repeated" : "",
    field.proto3Optional ? "optional" : "",
    entry ? `map<${entry.field.map(typeOf).join(", ")}>` : typeOf(field),
    field.jsonName === jsonNameOf(field.name) ? "" : `json=${field.jsonName}`,
    inOneof ? `oneof=${message?.oneofDecl[field.oneofIndex]?.name}` : "",
    field.extendee ? `extends=${field.extendee.slice(1)}` : "",
    packed ? `packed=${field.options?.packed}` : "",
    deprecated(field.options),
  ].filter((part) => part !== "").join(" ");
}

const deprecated = (options?: { deprecated: boolean }) => options?.deprecated ? "deprecated" : "";

function addEnum(into: Surface, scope: string, type: EnumDescriptorProto): void {
  const name = `${scope}.${type.name}`;
  into.set(name, { kind: "enum", form: deprecated(type.options) });
  for (const value of type.value) {
    const form = `${value.number} ${deprecated(value.options)}`.trimEnd();
    into.set(`${name}.${value.name}`, { kind: "value", form });
  }
}

function addMessage(into: Surface, scope: string, type: DescriptorProto): void {
  const name = `${scope}.${type.name}`;
  const reserved = [
    ...type.reservedRange.map(({ start, end }) => `${start}-${end - 1}`),
    ...type.reservedName,
  ];
  const form = [
    reserved.length > 0 ? `reserved=${reserved.join(",")}` : "",
    deprecated(type.options),
  ];
  into.set(name, { kind: "message", form: form.filter((part) => part !== "").join(" ") });
  for (const field of type.field) {
    into.set(`${name}.${field.name}`, { kind: "field", form: fieldForm(field, type) });
  }
  for (const nested of type.nestedType) {
    if (!nested.options?.mapEntry) addMessage(into, name, nested);
  }
  for (const nested of type.enumType) addEnum(into, name, nested);
}

function addService(into: Surface, scope: string, service: ServiceDescriptorProto): void {
  const name = `${scope}.${service.name}`;
  into.set(name, { kind: "service", form: deprecated(service.options) });
  for (const rpc of service.method) {
    const side = (stream: boolean, type: string) => `${stream ? "stream " : ""}${type.slice(1)}`;
    const input = side(rpc.clientStreaming, rpc.inputType);
    const output = side(rpc.serverStreaming, rpc.outputType);
    const form = `(${input}) returns (${output}) ${deprecated(rpc.options)}`.trimEnd();
    into.set(`${name}.${rpc.name}`, { kind: "rpc", form });
  }
}

/** Compiles a folder of .proto files and flattens it; google.protobuf is left out. */
export async function surfaceOf(dir: string): Promise<Surface> {
  const file = Deno.makeTempFileSync({ suffix: ".binpb" });
  try {
    await buf("build", dir, "--output", file);
    const surface: Surface = new Map();
    for (const proto of fromBinary(FileDescriptorSetSchema, Deno.readFileSync(file)).file) {
      const scope = proto.package;
      if (scope === "google.protobuf") continue;
      for (const type of proto.messageType) addMessage(surface, scope, type);
      for (const type of proto.enumType) addEnum(surface, scope, type);
      for (const service of proto.service) addService(surface, scope, service);
      for (const option of proto.extension) {
        surface.set(`${scope}.${option.name}`, { kind: "option", form: fieldForm(option) });
      }
    }
    return surface;
  } finally {
    Deno.removeSync(file);
  }
}
