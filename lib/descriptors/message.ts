/**
 * Messages, see `file.ts`.
 *
 * @module
 */
import type { DescEnum, DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { protoCamelCase, safeObjectProperty } from "@bufbuild/protobuf/reflect";
import type { DescriptorProto } from "@bufbuild/protobuf/wkt";
import { LazyEnum } from "./enum.ts";
import { makeField } from "./field.ts";
import { Declaration, type Scope } from "./scope.ts";
import { decode, parts } from "./wire.ts";

/** The numbers of a message's fields, as google/protobuf/descriptor.proto has them. */
const NESTED = 3;
const ENUMS = 4;

interface Members {
  readonly fields: DescField[];
  readonly field: Record<string, DescField>;
  readonly oneofs: DescOneof[];
  readonly members: (DescField | DescOneof)[];
}

interface Nested {
  readonly messages: DescMessage[];
  readonly enums: DescEnum[];
  /** The messages that stand for the entries of maps. */
  readonly entries: DescMessage[];
}

/** A message. */
export class LazyMessage extends Declaration<DescriptorProto> implements DescMessage {
  /** Says what it is. */
  override readonly kind = "message";
  /** The message that it is in. */
  readonly parent: DescMessage | undefined;
  /** There are none. */
  readonly nestedExtensions: [] = [];
  readonly #bytes: Uint8Array;
  #members: Members | undefined;
  #nested: Nested | undefined;

  /** @param bytes A `DescriptorProto`. @param scope Where it stands. */
  constructor(bytes: Uint8Array, scope: Scope) {
    super(bytes, scope, () => decode("DescriptorProto", bytes));
    this.#bytes = bytes;
    this.parent = scope.parent;
  }

  /** Its fields, as they are declared. */
  get fields(): DescField[] {
    return this.#all.fields;
  }

  /** Its fields by the names that code calls them by. */
  get field(): Record<string, DescField> {
    return this.#all.field;
  }

  /** Its groups of fields of which one is set. */
  get oneofs(): DescOneof[] {
    return this.#all.oneofs;
  }

  /** Its fields and groups, as they are declared. */
  get members(): (DescField | DescOneof)[] {
    return this.#all.members;
  }

  /** The messages that are declared in it. */
  get nestedMessages(): DescMessage[] {
    return this.#inner.messages;
  }

  /** The enumerations that are declared in it. */
  get nestedEnums(): DescEnum[] {
    return this.#inner.enums;
  }

  get #inner(): Nested {
    if (this.#nested) return this.#nested;
    const nested: Nested = this.#nested = { messages: [], enums: [], entries: [] };
    const scope = { file: this.file, prefix: `${this.typeName}.`, parent: this };
    for (const [number, value] of parts(this.#bytes)) {
      if (typeof value === "number") continue;
      if (number === ENUMS) nested.enums.push(new LazyEnum(value, scope));
      if (number !== NESTED) continue;
      const message = new LazyMessage(value, scope);
      (message.proto.options?.mapEntry ? nested.entries : nested.messages).push(message);
    }
    return nested;
  }

  get #all(): Members {
    if (this.#members) return this.#members;
    const all: Members = this.#members = { fields: [], field: {}, oneofs: [], members: [] };
    const groups = this.proto.oneofDecl.map((proto): DescOneof => ({
      kind: "oneof",
      proto,
      deprecated: false,
      parent: this,
      fields: [],
      name: proto.name,
      localName: safeObjectProperty(protoCamelCase(proto.name)),
      toString: () => `oneof ${this.typeName}.${proto.name}`,
    }));
    for (const proto of this.proto.field) {
      // An optional field is a group of its own on the wire only.
      const grouped = Object.hasOwn(proto, "oneofIndex") && !proto.proto3Optional;
      const group = grouped ? groups[proto.oneofIndex] : undefined;
      const field = makeField(proto, { parent: this, group, entries: this.#inner.entries });
      all.fields.push(field);
      all.field[field.localName] = field;
      if (group?.fields.length === 0) all.members.push(group);
      if (group) group.fields.push(field);
      else all.members.push(field);
    }
    all.oneofs.push(...groups.filter(({ fields }) => fields.length > 0));
    return all;
  }
}
