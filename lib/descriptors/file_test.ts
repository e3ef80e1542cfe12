import { type DescFile, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fileDesc as whole } from "@bufbuild/protobuf/codegenv2";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { assertEquals, assertThrows } from "@std/assert";
import { fileDesc } from "./file.ts";

const GENERATED = new URL("../gen/", import.meta.url);

/** A file as generated code has it. */
interface Embedded {
  readonly base64: string;
  readonly imports: readonly string[];
}

function* embedded(folder: URL): Generator<[name: string, file: Embedded]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* embedded(new URL(`${name}/`, folder));
    else {
      const text = Deno.readTextFileSync(new URL(name, folder));
      const found = /const (file_\w+): GenFile = [^]*?fileDesc\("([^"]+)"(?:, \[(.*?)\])?\)/.exec(
        text,
      );
      if (!found) continue;
      const [, file, base64, imports = ""] = found;
      yield [file!, {
        base64: base64!,
        imports: imports.split(", ").filter((name) => name !== ""),
      }];
    }
  }
}

/** Makes the descriptors of all files, each after those that it imports. */
function makeAll(make: (base64: string, imports: DescFile[]) => DescFile): Map<string, DescFile> {
  const sources = new Map(embedded(GENERATED));
  const made = new Map<string, DescFile>();
  const get = (name: string): DescFile => {
    const known = made.get(name);
    if (known) return known;
    const { base64, imports } = sources.get(name)!;
    const file = make(base64, imports.map(get));
    made.set(name, file);
    return file;
  };
  for (const name of sources.keys()) get(name);
  return made;
}

/** A descriptor as plain data: what it refers to by name, what it is made of as it is. */
function plain(value: unknown, owned = true): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, owned));
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return value;
  if (!("kind" in value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, plain(item, owned)]),
    );
  }
  if (!owned) return String(value);
  const facts: Record<string, unknown> = { text: String(value) };
  const names = new Set(["edition", ...Object.keys(value)]);
  for (
    let at = Object.getPrototypeOf(value);
    at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (get) names.add(name);
    }
  }
  for (const name of names) {
    if (name === "proto" || name === "toString") continue;
    const owns = /^(messages|enums|services|methods|fields|oneofs|values|nested\w+)$/.test(name) &&
      !(value.kind === "oneof");
    facts[name] = plain(Reflect.get(value, name), owns);
    if (name === "getDefaultValue" && typeof Reflect.get(value, name) === "function") {
      facts[name] = Reflect.get(value, name)();
    }
  }
  return facts;
}

Deno.test("fileDesc() makes what that of @bufbuild/protobuf makes, of all generated files", () => {
  const [ours, theirs] = [makeAll(fileDesc), makeAll((base64, files) => whole(base64, files))];
  assertEquals(ours.size > 40, true);
  for (const [name, file] of ours) assertEquals(plain(file), plain(theirs.get(name)), name);
});

Deno.test("fileDesc() has the descriptor as a message", () => {
  const [ours, theirs] = [makeAll(fileDesc), makeAll((base64, files) => whole(base64, files))];
  for (const [name, { proto }] of ours) {
    // Other options are for compilers.
    const [read, known] = [proto, theirs.get(name)!.proto].map((message) =>
      fromBinary(
        FileDescriptorProtoSchema,
        toBinary(FileDescriptorProtoSchema, { ...message, options: undefined }),
      )
    );
    assertEquals(read, known, name);
  }
});

Deno.test("fileDesc() refuses what it cannot read", () => {
  const file = (syntax: string) =>
    btoa(`\x0a\x01a\x62${String.fromCharCode(syntax.length)}${syntax}`);
  assertEquals(fileDesc(file("proto3")).name, "a");
  assertThrows(() => fileDesc(file("proto2")), TypeError, "it is not proto3");
  assertThrows(() => fileDesc(btoa("\x0a")), RangeError, "ends too early");
  assertThrows(() => fileDesc(btoa("\x0d")), RangeError, "unknown kind");
});
