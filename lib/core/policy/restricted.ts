/**
 * What a limited client may do: calls in one namespace only, calls that only read, or both.
 *
 * @module
 */
import type { Message } from "@bufbuild/protobuf";
import type { ForwardRequest } from "../../gen/containerd/services/events_pb.ts";
import type { PluginInfoRequest } from "../../gen/containerd/services/introspection_pb.ts";
import type {
  CreateNamespaceRequest,
  DeleteNamespaceRequest,
  GetNamespaceRequest,
  UpdateNamespaceRequest,
} from "../../gen/containerd/services/namespaces_pb.ts";
import type { Envelope } from "../../gen/containerd/types/envelope_pb.ts";
import type { Call, GuardInterceptor } from "./policy.ts";
import { isRead } from "../call/reads.ts";

/** How a client is limited. */
export interface Restriction {
  /** The only namespace that it reaches. */
  readonly namespace?: string;
  /** Whether it only reads. */
  readonly readOnly?: boolean;
}

/** Services whose calls are about the daemon, not about a namespace. */
const GLOBAL = /^(containerd\.services\.(introspection|version)\.v1\.|grpc\.health\.v1\.)/;

/** Whether a message is of a type; by its name, so that the type need not be loaded. */
function isA<M extends Message>(message: Message | undefined, type: M["$typeName"]): message is M {
  return message?.$typeName === type;
}

/** The interceptor that keeps a client within its limits. */
export function restrictCalls(restriction: Restriction): GuardInterceptor {
  const { namespace, readOnly } = restriction;
  return (call) => {
    if (readOnly && !isRead(call)) call.deny("this client only reads");
    refuseProgram(call);
    if (namespace === undefined) return;
    const { request } = call;
    if (/\.Namespaces$/.test(call.service)) {
      checkNamespaceCall(call, namespace);
    } else if (!GLOBAL.test(call.service) && call.namespace !== namespace) {
      call.deny(`this client is limited to namespace "${namespace}"`);
    }
    if (isA<ForwardRequest>(request, "containerd.services.events.v1.ForwardRequest")) {
      if (request.envelope?.namespace !== namespace) {
        call.deny(`this client is limited to events of namespace "${namespace}"`);
      }
    }
    // A subscription brings the events of all namespaces, whatever it asks for.
    return {
      accepts: (message) =>
        !isA<Envelope>(message, "containerd.types.Envelope") || message.namespace === namespace,
    };
  };
}

/** The daemon runs what it is asked about: a path would be any program on its machine. */
function refuseProgram({ request, deny }: Call): void {
  const type = "containerd.services.introspection.v1.PluginInfoRequest";
  if (!isA<PluginInfoRequest>(request, type)) return;
  // Names of runtimes have no slashes, and nothing else that is asked with them needs any.
  const asked = new TextDecoder("latin1").decode(request.options?.value);
  if (/[/\\]/.test(asked)) deny("this client asks for runtimes by name only");
}

function checkNamespaceCall({ request, deny }: Call, namespace: string): void {
  if (nameIn(request) !== namespace) deny(`this client is limited to namespace "${namespace}"`);
}

/** The one namespace that a request is about. */
function nameIn(request: Message | undefined): string | undefined {
  const service = "containerd.services.namespaces.v1";
  if (
    isA<GetNamespaceRequest>(request, `${service}.GetNamespaceRequest`) ||
    isA<DeleteNamespaceRequest>(request, `${service}.DeleteNamespaceRequest`)
  ) return request.name;
  if (
    isA<CreateNamespaceRequest>(request, `${service}.CreateNamespaceRequest`) ||
    isA<UpdateNamespaceRequest>(request, `${service}.UpdateNamespaceRequest`)
  ) return request.namespace?.name;
  return undefined;
}
