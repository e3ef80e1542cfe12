/**
 * The namespaces of the fake.
 *
 * @module
 */
import {
  NamespaceCreateSchema,
  NamespaceDeleteSchema,
  NamespaceUpdateSchema,
} from "../gen/containerd/events/namespace_pb.ts";
import type { Namespaces } from "../gen/containerd/services/namespaces_pb.ts";
import { StatusCode } from "../rpc/wire_error.ts";
import type { ServiceHandlers } from "./router.ts";
import type { FakeState, NamespaceState } from "./state.ts";
import { alreadyExists, failedPrecondition, notFound, required, status } from "./status.ts";
import { checkIdentifierText, checkLabelSizes, updateLabels, withoutEmpty } from "./validate.ts";

/** `containerd.services.namespaces.v1.Namespaces`. Get and Update take names that do not exist. */
export function namespacesService(state: FakeState): ServiceHandlers<typeof Namespaces> {
  return {
    get: ({ name }) => ({ namespace: { name, labels: state.peek(name).labels } }),
    list: () => ({
      namespaces: [...state.namespaces.values()].map(({ name, labels }) => ({ name, labels })),
    }),
    create: ({ namespace }) => {
      const { name, labels } = required(namespace, "namespace");
      checkIdentifierText(name);
      checkLabelSizes(labels, "namespace.Labels");
      if (state.namespaces.has(name)) throw alreadyExists(`namespace "${name}"`);
      state.open(name).labels = withoutEmpty(labels);
      state.events.publish(name, "/namespaces/create", NamespaceCreateSchema, { name, labels });
      return { namespace: { name, labels } };
    },
    update: ({ namespace, updateMask }) => {
      const { name, labels } = required(namespace, "namespace");
      const paths = updateMask?.paths ?? [];
      const refuse = (path: string) =>
        status(StatusCode.InvalidArgument, `cannot update "${path}" field`);
      // Unlike elsewhere, a path of all labels is none.
      if (paths.includes("labels")) throw refuse("labels");
      checkLabelSizes(labels, "namespace.Labels");
      const mask = paths.length > 0 ? paths : ["labels"];
      const changed = updateLabels(state.peek(name).labels, labels, mask, refuse);
      state.open(name).labels = changed;
      state.events.publish(name, "/namespaces/update", NamespaceUpdateSchema, {
        name,
        labels: changed,
      });
      // The daemon answers with nothing.
      return {};
    },
    delete: ({ name }) => {
      const found = state.namespaces.get(name);
      if (!found) throw notFound(`namespace "${name}"`);
      const inside = contents(found);
      if (inside.length > 0) {
        throw failedPrecondition(
          `namespace "${name}" must be empty, but it still has ${inside.join(", ")}`,
        );
      }
      state.drop(name);
      state.events.publish(name, "/namespaces/delete", NamespaceDeleteSchema, { name });
      return {};
    },
  };
}

/** What keeps a namespace from being deleted. Leases and unfinished writes do not. */
function contents(namespace: NamespaceState): string[] {
  const { images, content, containers, snapshots } = namespace;
  return [
    ...(images.size > 0 ? ["images"] : []),
    ...(content.size > 0 ? ["blobs"] : []),
    ...(containers.size > 0 ? ["containers"] : []),
    ...[...snapshots].filter(([, { size }]) => size > 0).map(([name]) => name).sort()
      .map((name) => `snapshots on "${name}" snapshotter`),
  ];
}
