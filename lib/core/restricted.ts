/**
 * What a limited client may do: calls in one namespace only, calls that only read, or both.
 *
 * @module
 */
import { isMessage } from "@bufbuild/protobuf";
import { unpackMessage } from "../api/any.ts";
import { ForwardRequestSchema } from "../gen/containerd/services/events_pb.ts";
import { PluginInfoRequestSchema } from "../gen/containerd/services/introspection_pb.ts";
import {
  CreateNamespaceRequestSchema,
  DeleteNamespaceRequestSchema,
  GetNamespaceRequestSchema,
  UpdateNamespaceRequestSchema,
} from "../gen/containerd/services/namespaces_pb.ts";
import { EnvelopeSchema } from "../gen/containerd/types/envelope_pb.ts";
import { RuntimeRequestSchema } from "../gen/containerd/types/runtime_pb.ts";
import type { Call, GuardInterceptor } from "./policy.ts";
import { isRead } from "./reads.ts";

/** How a client is limited. */
export interface Restriction {
  /** The only namespace that it reaches. */
  readonly namespace?: string;
  /** Whether it only reads. */
  readonly readOnly?: boolean;
}

/** Services whose calls are about the daemon, not about a namespace. */
const GLOBAL = /^(containerd\.services\.(introspection|version)\.v1\.|grpc\.health\.v1\.)/;

/** The interceptor that keeps a client within its limits. */
export function restrictCalls(restriction: Restriction): GuardInterceptor {
  const { namespace, readOnly } = restriction;
  return (call) => {
    if (readOnly && !isRead(call)) call.deny("this client only reads");
    refuseProgram(call);
    if (namespace === undefined) return;
    if (/\.Namespaces$/.test(call.service)) {
      checkNamespaceCall(call, namespace);
    } else if (!GLOBAL.test(call.service) && call.namespace !== namespace) {
      call.deny(`this client is limited to namespace "${namespace}"`);
    }
    if (isMessage(call.request, ForwardRequestSchema)) {
      if (call.request.envelope?.namespace !== namespace) {
        call.deny(`this client is limited to events of namespace "${namespace}"`);
      }
    }
    // A subscription brings the events of all namespaces, whatever it asks for.
    return {
      accepts: (message) => !isMessage(message, EnvelopeSchema) || message.namespace === namespace,
    };
  };
}

/** The daemon runs what it is asked about: a path would be any program on its machine. */
function refuseProgram(call: Call): void {
  if (!isMessage(call.request, PluginInfoRequestSchema)) return;
  const { options } = call.request;
  const runtime = options && unpackMessage(RuntimeRequestSchema, options)?.runtimePath;
  if (options && (runtime === undefined || /[/\\]/.test(runtime))) {
    call.deny("this client asks for runtimes by name only");
  }
}

function checkNamespaceCall(call: Call, namespace: string): void {
  const { request } = call;
  const name = isMessage(request, GetNamespaceRequestSchema) ||
      isMessage(request, DeleteNamespaceRequestSchema)
    ? request.name
    : isMessage(request, CreateNamespaceRequestSchema) ||
        isMessage(request, UpdateNamespaceRequestSchema)
    ? request.namespace?.name
    : undefined;
  if (name !== namespace) call.deny(`this client is limited to namespace "${namespace}"`);
}
