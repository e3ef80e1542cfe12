/**
 * Enumerations, see `file.ts`.
 *
 * @module
 */
import type { DescEnum, DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import type { EnumDescriptorProto } from "@bufbuild/protobuf/wkt";
import { safeObjectProperty } from "@bufbuild/protobuf/reflect";
import { Declaration, type Scope } from "./scope.ts";
import { decode } from "./wire.ts";

/** An enumeration. */
export class LazyEnum extends Declaration<EnumDescriptorProto> implements DescEnum {
  /** Says what it is. */
  override readonly kind = "enum";
  /** The message that it is in. */
  readonly parent: DescMessage | undefined;
  /** Of proto3, they all are: values that are not declared are kept. */
  readonly open = true;
  #values: DescEnumValue[] | undefined;
  #value: Record<number, DescEnumValue> | undefined;

  /** @param bytes An `EnumDescriptorProto`. @param scope Where it stands. */
  constructor(bytes: Uint8Array, scope: Scope) {
    super(bytes, scope, () => decode("EnumDescriptorProto", bytes));
    this.parent = scope.parent;
  }

  /** What the values' names begin with, all of them; in small letters. */
  get sharedPrefix(): string | undefined {
    const prefix = `${this.name.replace(/(?!^)[A-Z]/g, "_$&")}_`.toLowerCase();
    const shared = this.proto.value.every(({ name }) =>
      name.toLowerCase().startsWith(prefix) && /^\D/.test(name.slice(prefix.length))
    );
    return shared ? prefix : undefined;
  }

  /** Its values, as they are declared. */
  get values(): DescEnumValue[] {
    if (this.#values) return this.#values;
    const cut = this.sharedPrefix?.length ?? 0;
    return this.#values = this.proto.value.map((proto): DescEnumValue => ({
      kind: "enum_value",
      proto,
      deprecated: proto.options?.deprecated ?? false,
      parent: this,
      name: proto.name,
      localName: safeObjectProperty(proto.name.slice(cut)),
      number: proto.number,
      jsonName: proto.name,
      toString: () => `enum value ${this.typeName}.${proto.name}`,
    }));
  }

  /** Its values by number; of several names of one, the first. */
  get value(): Record<number, DescEnumValue> {
    return this.#value ??= Object.fromEntries(
      this.values.toReversed().map((value) => [value.number, value]),
    );
  }
}
