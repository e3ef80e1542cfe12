/**
 * Where a declaration stands, and what all declarations have in common.
 *
 * @module
 */
import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { parts, textOf } from "./wire.ts";

/** Where a declaration stands. */
export interface Scope {
  /** Its file. */
  readonly file: DescFile;
  /** What its name follows, with a dot at the end; empty for none. */
  readonly prefix: string;
  /** The message that it is in. */
  readonly parent?: DescMessage;
}

/** What messages, enumerations and services have in common. */
export abstract class Declaration<Proto extends { readonly options?: { deprecated: boolean } }> {
  /** Which of them it is. */
  abstract readonly kind: string;
  /** Its file. */
  readonly file: DescFile;
  /** Its own name. */
  readonly name: string;
  /** Its full name. */
  readonly typeName: string;
  readonly #read: () => Proto;
  #proto: Proto | undefined;

  /** @param bytes Its descriptor. @param scope Where it stands. @param read Decodes those bytes. */
  constructor(bytes: Uint8Array, { file, prefix }: Scope, read: () => Proto) {
    this.file = file;
    this.name = nameOf(bytes);
    this.typeName = prefix + this.name;
    this.#read = read;
  }

  /** The descriptor. */
  get proto(): Proto {
    return this.#proto ??= this.#read();
  }

  /** Whether it is deprecated. */
  get deprecated(): boolean {
    return this.proto.options?.deprecated ?? false;
  }

  /** For messages of errors. */
  toString(): string {
    return `${this.kind} ${this.typeName}`;
  }
}

/** The name of a declaration, which is its first field. */
function nameOf(bytes: Uint8Array): string {
  for (const [number, value] of parts(bytes)) {
    if (number === 1 && typeof value !== "number") return textOf(value);
  }
  return "";
}

/**
 * Finds a message or an enumeration that a file can name.
 *
 * @param typeName Its full name, with a dot in front.
 * @throws {TypeError} when there is none.
 */
export function findType(file: DescFile, typeName: string): DescMessage | DescEnum {
  const name = typeName.slice(1);
  for (const { messages, enums } of [file, ...file.dependencies]) {
    const found = within(name, messages, enums);
    if (found) return found;
  }
  throw new TypeError(`Cannot find "${name}", which "${file.name}.proto" names`);
}

function within(
  name: string,
  messages: readonly DescMessage[],
  enums: readonly DescEnum[],
): DescMessage | DescEnum | undefined {
  for (const message of messages) {
    if (message.typeName === name) return message;
    if (!name.startsWith(`${message.typeName}.`)) continue;
    const found = within(name, message.nestedMessages, message.nestedEnums);
    if (found) return found;
  }
  return enums.find(({ typeName }) => typeName === name);
}
