/**
 * Reads descriptors of protobuf files from bytes: what compilers write into generated code.
 *
 * @module
 */

import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import type {
  DescriptorProto,
  DescriptorProto_ReservedRange,
  EnumDescriptorProto,
  EnumOptions,
  EnumValueDescriptorProto,
  EnumValueOptions,
  FieldDescriptorProto,
  FieldOptions,
  FileDescriptorProto,
  FileOptions,
  MessageOptions,
  MethodDescriptorProto,
  MethodOptions,
  OneofDescriptorProto,
  ServiceDescriptorProto,
  ServiceOptions,
} from "@bufbuild/protobuf/wkt";

/** The messages that descriptors are made of, of those that matter when code runs. */
interface Messages {
  FileDescriptorProto: FileDescriptorProto;
  DescriptorProto: DescriptorProto;
  "DescriptorProto.ReservedRange": DescriptorProto_ReservedRange;
  FieldDescriptorProto: FieldDescriptorProto;
  OneofDescriptorProto: OneofDescriptorProto;
  EnumDescriptorProto: EnumDescriptorProto;
  EnumValueDescriptorProto: EnumValueDescriptorProto;
  ServiceDescriptorProto: ServiceDescriptorProto;
  MethodDescriptorProto: MethodDescriptorProto;
  FileOptions: FileOptions;
  MessageOptions: MessageOptions;
  FieldOptions: FieldOptions;
  EnumOptions: EnumOptions;
  EnumValueOptions: EnumValueOptions;
  ServiceOptions: ServiceOptions;
  MethodOptions: MethodOptions;
}

/** The kinds of these messages. */
export type Kind = keyof Messages;

/** A field: its name, what it holds, and whether it is a list. */
type Field = readonly [name: string, content: "number" | "flag" | "text" | Kind, list?: "list"];

const DEPRECATED: Field = ["deprecated", "flag"];

/** All options have this list; only compilers put something into it. */
const OTHERS: Readonly<Record<number, Field>> = { 999: ["uninterpretedOption", "text", "list"] };

/** The fields of each kind by number, as google/protobuf/descriptor.proto has them. */
const FIELDS: Readonly<Record<Kind, Readonly<Record<number, Field>>>> = {
  FileDescriptorProto: {
    1: ["name", "text"],
    2: ["package", "text"],
    3: ["dependency", "text", "list"],
    4: ["messageType", "DescriptorProto", "list"],
    5: ["enumType", "EnumDescriptorProto", "list"],
    6: ["service", "ServiceDescriptorProto", "list"],
    7: ["extension", "FieldDescriptorProto", "list"],
    8: ["options", "FileOptions"],
    10: ["publicDependency", "number", "list"],
    11: ["weakDependency", "number", "list"],
    12: ["syntax", "text"],
    15: ["optionDependency", "text", "list"],
  },
  DescriptorProto: {
    1: ["name", "text"],
    2: ["field", "FieldDescriptorProto", "list"],
    3: ["nestedType", "DescriptorProto", "list"],
    4: ["enumType", "EnumDescriptorProto", "list"],
    5: ["extensionRange", "DescriptorProto.ReservedRange", "list"],
    6: ["extension", "FieldDescriptorProto", "list"],
    7: ["options", "MessageOptions"],
    8: ["oneofDecl", "OneofDescriptorProto", "list"],
    9: ["reservedRange", "DescriptorProto.ReservedRange", "list"],
    10: ["reservedName", "text", "list"],
  },
  "DescriptorProto.ReservedRange": { 1: ["start", "number"], 2: ["end", "number"] },
  FieldDescriptorProto: {
    1: ["name", "text"],
    3: ["number", "number"],
    4: ["label", "number"],
    5: ["type", "number"],
    6: ["typeName", "text"],
    8: ["options", "FieldOptions"],
    9: ["oneofIndex", "number"],
    10: ["jsonName", "text"],
    17: ["proto3Optional", "flag"],
  },
  OneofDescriptorProto: { 1: ["name", "text"] },
  EnumDescriptorProto: {
    1: ["name", "text"],
    2: ["value", "EnumValueDescriptorProto", "list"],
    3: ["options", "EnumOptions"],
    4: ["reservedRange", "DescriptorProto.ReservedRange", "list"],
    5: ["reservedName", "text", "list"],
  },
  EnumValueDescriptorProto: {
    1: ["name", "text"],
    2: ["number", "number"],
    3: ["options", "EnumValueOptions"],
  },
  ServiceDescriptorProto: {
    1: ["name", "text"],
    2: ["method", "MethodDescriptorProto", "list"],
    3: ["options", "ServiceOptions"],
  },
  MethodDescriptorProto: {
    1: ["name", "text"],
    2: ["inputType", "text"],
    3: ["outputType", "text"],
    4: ["options", "MethodOptions"],
    5: ["clientStreaming", "flag"],
    6: ["serverStreaming", "flag"],
  },
  FileOptions: { ...OTHERS, 23: DEPRECATED },
  MessageOptions: { ...OTHERS, 3: DEPRECATED, 7: ["mapEntry", "flag"] },
  FieldOptions: {
    ...OTHERS,
    2: ["packed", "flag"],
    3: DEPRECATED,
    6: ["jstype", "number"],
    19: ["targets", "number", "list"],
    20: ["editionDefaults", "text", "list"],
  },
  EnumOptions: { ...OTHERS, 3: DEPRECATED },
  EnumValueOptions: { ...OTHERS, 1: DEPRECATED },
  ServiceOptions: { ...OTHERS, 33: DEPRECATED },
  MethodOptions: { ...OTHERS, 33: DEPRECATED, 34: ["idempotencyLevel", "number"] },
};

/** What messages of a kind are without what was set: the prototype that says so, and the lists. */
interface Blank {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly lists: readonly string[];
}

const blanks = new Map<Kind, Blank>();

function blankOf(kind: Kind): Blank {
  const known = blanks.get(kind);
  if (known) return known;
  const defaults: Record<string, unknown> = {};
  const lists: string[] = [];
  for (const [name, content, list] of Object.values(FIELDS[kind])) {
    if (list) lists.push(name);
    else if (content === "number") defaults[name] = 0;
    else if (content === "flag") defaults[name] = false;
    else if (content === "text") defaults[name] = "";
  }
  const blank = { defaults, lists };
  blanks.set(kind, blank);
  return blank;
}

/** Names of protobuf are ASCII. */
export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/**
 * Reads a descriptor. Options are those that say something of how code works.
 *
 * @throws {RangeError} when the bytes end too early.
 */
export function decode<K extends Kind>(kind: K, bytes: Uint8Array): Messages[K] {
  const { defaults, lists } = blankOf(kind);
  const message: Record<string, unknown> = Object.create(defaults);
  message.$typeName = `google.protobuf.${kind}`;
  for (const name of lists) message[name] = [];
  const fields = FIELDS[kind];
  for (const [number, value] of parts(bytes)) {
    const field = fields[number];
    if (!field) continue;
    const [name, content, list] = field;
    const item = contentOf(content, value);
    const known = message[name];
    if (list && Array.isArray(known)) known.push(item);
    else message[name] = item;
  }
  if (kind === "FieldDescriptorProto" && message.jsonName === "") {
    // Compilers leave out what follows from the name.
    message.jsonName = protoCamelCase(String(message.name));
  }
  return message as Messages[K];
}

function contentOf(content: Field[1], value: number | Uint8Array): unknown {
  if (typeof value === "number") return content === "flag" ? value !== 0 : value;
  if (content === "text") return textOf(value);
  return content === "number" || content === "flag" ? undefined : decode(content, value);
}

/** The fields of a message on the wire: their numbers, and a number or bytes. */
export function* parts(bytes: Uint8Array): Generator<[number, number | Uint8Array]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError("Cannot read a descriptor: it ends too early");
      // What is longer than 32 bits is a negative number.
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    switch (tag & 7) {
      case 0:
        yield [tag >>> 3, varint()];
        break;
      case 2: {
        const length = varint();
        yield [tag >>> 3, bytes.subarray(at, at + length)];
        at += length;
        break;
      }
      default:
        throw new RangeError(`Cannot read a descriptor: field ${tag >>> 3} is of an unknown kind`);
    }
  }
}
