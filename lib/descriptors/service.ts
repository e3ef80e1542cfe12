/**
 * Services, see `file.ts`.
 *
 * @module
 */
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { MethodDescriptorProto, ServiceDescriptorProto } from "@bufbuild/protobuf/wkt";
import { safeObjectProperty } from "@bufbuild/protobuf/reflect";
import { Declaration, findType, type Scope } from "./scope.ts";
import { decode } from "./wire.ts";

/** A service. */
export class LazyService extends Declaration<ServiceDescriptorProto> implements DescService {
  /** Says what it is. */
  override readonly kind = "service";
  #methods: DescMethod[] | undefined;
  #method: Record<string, DescMethod> | undefined;

  /** @param bytes A `ServiceDescriptorProto`. @param scope Where it stands. */
  constructor(bytes: Uint8Array, scope: Scope) {
    super(bytes, scope, () => decode("ServiceDescriptorProto", bytes));
  }

  /** Its methods, as they are declared. */
  get methods(): DescMethod[] {
    return this.#methods ??= this.proto.method.map((proto) => this.#make(proto));
  }

  /** Its methods by the names that code calls them by. */
  get method(): Record<string, DescMethod> {
    return this.#method ??= Object.fromEntries(
      this.methods.map((method) => [method.localName, method]),
    );
  }

  #make(proto: MethodDescriptorProto): DescMethod {
    const { name, clientStreaming, serverStreaming } = proto;
    const [input, output] = [proto.inputType, proto.outputType].map((type) => {
      const found = findType(this.file, type);
      if (found.kind === "message") return found;
      throw new TypeError(`Cannot use "${type}" in a method: it is no message`);
    });
    return {
      kind: "rpc",
      proto,
      deprecated: proto.options?.deprecated ?? false,
      parent: this,
      name,
      localName: safeObjectProperty(name.slice(0, 1).toLowerCase() + name.slice(1)),
      methodKind: clientStreaming
        ? (serverStreaming ? "bidi_streaming" : "client_streaming")
        : (serverStreaming ? "server_streaming" : "unary"),
      input: input!,
      output: output!,
      idempotency: proto.options?.idempotencyLevel ?? 0,
      toString: () => `rpc ${this.typeName}.${name}`,
    };
  }
}
