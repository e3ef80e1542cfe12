/**
 * What generated code knows of its messages: the objects that `@bufbuild/protobuf` works with, made
 * when they are asked for. Its own `fileDesc()` makes all of a file at once, which takes fifteen
 * milliseconds of the start of every script.
 *
 * @module
 */
import type { DescEnum, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { LazyEnum } from "./enum.ts";
import { LazyMessage } from "./message.ts";
import { LazyService } from "./service.ts";
import { decode, parts, textOf } from "./wire.ts";

/** The numbers of a file's fields, as google/protobuf/descriptor.proto has them. */
const MESSAGES = 4;
const ENUMS = 5;
const SERVICES = 6;

/** The only edition there is here. */
const PROTO3 = 999;

/** A file of messages. */
class LazyFile implements DescFile {
  /** Says what it is. */
  readonly kind = "file";
  /** proto3. */
  readonly edition = PROTO3;
  /** Its path without `.proto`. */
  readonly name: string;
  /** The files that it imports. */
  readonly dependencies: DescFile[];
  /** What it declares. */
  readonly messages: DescMessage[] = [];
  /** What it declares. */
  readonly enums: DescEnum[] = [];
  /** What it declares. */
  readonly services: DescService[] = [];
  /** There are none. */
  readonly extensions: [] = [];
  /** Not of files. */
  readonly deprecated = false;
  readonly #bytes: Uint8Array;
  #proto: FileDescriptorProto | undefined;

  /** @param bytes A descriptor without its dependencies. @param dependencies They. */
  constructor(bytes: Uint8Array, dependencies: readonly DescFile[]) {
    this.#bytes = bytes;
    this.dependencies = [...dependencies];
    // Without what it declares.
    const own = { name: "", package: "", syntax: "" };
    const names = { 1: "name", 2: "package", 12: "syntax" } as const;
    for (const [number, value] of parts(bytes)) {
      if (typeof value === "number") continue;
      if (number === 1 || number === 2 || number === 12) {
        own[names[number]] = textOf(value);
      }
    }
    if (own.syntax !== "proto3") throw new TypeError(`Cannot use "${own.name}": it is not proto3`);
    this.name = own.name.replace(/\.proto$/, "");
    const scope = { file: this, prefix: own.package === "" ? "" : `${own.package}.` };
    for (const [number, value] of parts(bytes)) {
      if (typeof value === "number") continue;
      if (number === MESSAGES) this.messages.push(new LazyMessage(value, scope));
      else if (number === ENUMS) this.enums.push(new LazyEnum(value, scope));
      else if (number === SERVICES) this.services.push(new LazyService(value, scope));
    }
  }

  /** The descriptor, with the options that matter when code runs. */
  get proto(): FileDescriptorProto {
    if (!this.#proto) {
      this.#proto = decode("FileDescriptorProto", this.#bytes);
      this.#proto.dependency = this.dependencies.map(({ proto }) => proto.name);
    }
    return this.#proto;
  }

  /** For messages of errors. */
  toString(): string {
    return `file ${this.name}.proto`;
  }
}

/**
 * Makes the descriptor of a file.
 *
 * @param base64 Its `FileDescriptorProto`, without dependencies.
 * @param dependencies The files that it imports.
 */
export function fileDesc(base64: string, dependencies: readonly DescFile[] = []): DescFile {
  return new LazyFile(Uint8Array.fromBase64(base64), dependencies);
}
