/**
 * Fields of messages, see `file.ts`.
 *
 * @module
 */
import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { protoCamelCase, safeObjectProperty } from "@bufbuild/protobuf/reflect";
import type { FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { findType } from "./scope.ts";

/** Numbers of enumerations in google/protobuf/descriptor.proto. */
const REPEATED = 3;
const MESSAGE = 11;
const ENUM = 14;
const EXPLICIT = 1;
const IMPLICIT = 2;
const STRINGS = 1;

/** What a field is part of. */
interface Place {
  /** Its message. */
  readonly parent: DescMessage;
  /** The group of which it may be the one that is set. */
  readonly group: DescOneof | undefined;
  /** The message's entries of maps. */
  readonly entries: readonly DescMessage[];
}

/** Makes the descriptor of a field of proto3. */
export function makeField(proto: FieldDescriptorProto, place: Place): DescField {
  const { parent, group, entries } = place;
  const repeated = proto.label === REPEATED;
  const explicit = group || proto.proto3Optional || proto.type === MESSAGE;
  const camel = protoCamelCase(proto.name);
  const field: object = {
    kind: "field",
    proto,
    deprecated: proto.options?.deprecated ?? false,
    name: proto.name,
    number: proto.number,
    scalar: undefined,
    message: undefined,
    enum: undefined,
    presence: !repeated && explicit ? EXPLICIT : IMPLICIT,
    utf8Validation: true,
    listKind: undefined,
    mapKind: undefined,
    mapKey: undefined,
    delimitedEncoding: undefined,
    packed: undefined,
    longAsString: false,
    getDefaultValue: undefined,
    parent,
    oneof: group,
    localName: group ? camel : safeObjectProperty(camel),
    jsonName: proto.jsonName,
    toString: () => `field ${parent.typeName}.${proto.name}`,
  };
  const entry = repeated && entries.find(({ typeName }) => `.${typeName}` === proto.typeName);
  if (entry) {
    Object.assign(field, mapOf(entry));
    return field as DescField;
  }
  const content = contentOf(proto, parent);
  const list = { fieldKind: "list", listKind: content.fieldKind, packed: isPacked(proto) };
  Object.assign(field, content, repeated ? list : { getDefaultValue: () => undefined });
  return field as DescField;
}

/** What a field holds one or several of. */
function contentOf(proto: FieldDescriptorProto, { file }: DescMessage) {
  switch (proto.type) {
    case MESSAGE:
      return {
        fieldKind: "message",
        message: findType(file, proto.typeName),
        delimitedEncoding: false,
      };
    case ENUM:
      return { fieldKind: "enum", enum: findType(file, proto.typeName) };
    default:
      return {
        fieldKind: "scalar",
        scalar: proto.type,
        longAsString: proto.options?.jstype === STRINGS,
      };
  }
}

/** A map, by the message that its entries are on the wire. */
function mapOf(entry: DescMessage) {
  const [key, value] = [1, 2].map((number) =>
    entry.fields.find((field) => field.number === number)
  );
  return {
    fieldKind: "map",
    mapKey: key?.scalar,
    mapKind: value?.fieldKind,
    message: value?.message,
    delimitedEncoding: false,
    enum: value?.enum,
    scalar: value?.scalar,
  };
}

/** Whether the items of a list follow each other without a tag each. */
function isPacked({ type, options }: FieldDescriptorProto): boolean {
  const scalar: number = type;
  if (scalar === MESSAGE || scalar === ScalarType.STRING || scalar === ScalarType.BYTES) {
    return false;
  }
  return options && Object.hasOwn(options, "packed") ? options.packed : true;
}
