/**
 * The containers of the fake: records only.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import {
  ContainerCreateSchema,
  ContainerDeleteSchema,
  ContainerUpdateSchema,
} from "../gen/containerd/events/container_pb.ts";
import {
  type Container,
  type Containers,
  ContainerSchema,
} from "../gen/containerd/services/containers_pb.ts";
import { StatusCode } from "../rpc/wire_error.ts";
import { labelAt, matcherOf, textField } from "./filter_match.ts";
import { sorted } from "./images_service.ts";
import type { CallInfo, ServiceHandlers } from "./router.ts";
import { type FakeState, now } from "./state.ts";
import { alreadyExists, invalidArgument, notFound, required, status } from "./status.ts";
import { checkIdentifierText, checkLabelSizes, updateLabels, withoutEmpty } from "./validate.ts";

/** `containerd.services.containers.v1.Containers`. */
export function containersService(state: FakeState): ServiceHandlers<typeof Containers> {
  const chosen = (filters: readonly string[], call: CallInfo) => {
    const matches = matcherOf(filters, fieldOf);
    return sorted(state.peek(call.namespace).containers).filter(matches);
  };
  return {
    get: ({ id }, call) => ({ container: containerOf(state, call.namespace, id) }),
    list: ({ filters }, call) => ({ containers: chosen(filters, call) }),
    async *listStream({ filters }, call) {
      for (const container of chosen(filters, call)) yield await Promise.resolve({ container });
    },
    create: ({ container: given }, call) => {
      const { namespace } = call;
      const container = required(given, "container");
      checkContainer(state, container, "create container failed validation: ");
      const { containers } = state.open(namespace);
      const { id, image, runtime } = container;
      if (containers.has(id)) throw alreadyExists(`container "${id}"`);
      const at = now();
      const labels = withoutEmpty(container.labels);
      const record = create(ContainerSchema, {
        ...container,
        labels,
        createdAt: at,
        updatedAt: at,
      });
      containers.set(id, record);
      state.events.publish(namespace, "/containers/create", ContainerCreateSchema, {
        id,
        image,
        runtime: { name: runtime?.name, options: runtime?.options },
      });
      return { container: record };
    },
    update: ({ container: given, updateMask }, call) => {
      const { namespace } = call;
      const container = required(given, "container");
      const { id } = container;
      if (id === "") throw status(StatusCode.InvalidArgument, "Container.ID required");
      const old = state.peek(namespace).containers.get(id);
      if (!old) throw notFound(`container "${id}"`);
      const changed = changedContainer(old, container, updateMask?.paths ?? []);
      checkContainer(state, changed, "update failed validation: ");
      const record = create(ContainerSchema, { ...changed, updatedAt: now() });
      state.open(namespace).containers.set(id, record);
      const { image, labels, snapshotKey } = record;
      state.events.publish(namespace, "/containers/update", ContainerUpdateSchema, {
        id,
        image,
        labels,
        snapshotKey,
      });
      return { container: record };
    },
    delete: ({ id }, call) => {
      const { namespace } = call;
      // A task that runs does not keep the daemon from deleting the record.
      if (!state.peek(namespace).containers.delete(id)) throw notFound(`container ${id}`);
      state.events.publish(namespace, "/containers/delete", ContainerDeleteSchema, { id });
      return {};
    },
  };
}

/** A container's record. */
export function containerOf(state: FakeState, namespace: string, id: string): Container {
  const container = state.peek(namespace).containers.get(id);
  if (!container) throw notFound(`container "${id}" in namespace "${namespace}"`);
  return container;
}

function checkContainer(state: FakeState, container: Container, prefix: string): void {
  checkIdentifierText(container.id, `${prefix}container.ID: `);
  if ("" in container.extensions) {
    throw invalidArgument(`${prefix}container.Extension keys must not be zero-length`);
  }
  checkLabelSizes(container.labels, `${prefix}containers.Labels`);
  if (!container.runtime?.name) {
    throw invalidArgument(`${prefix}container.Runtime.Name must be set`);
  }
  if (!container.spec && !state.atLeast(1, 7)) {
    throw invalidArgument(`${prefix}container.Spec must be set`);
  }
  if (container.snapshotKey && !container.snapshotter) {
    throw invalidArgument(
      `${prefix}container.Snapshotter must be set if container.SnapshotKey is set`,
    );
  }
}

function changedContainer(
  old: Container,
  given: Container,
  paths: readonly string[],
): Container {
  const refuse = (path: string) => invalidArgument(`cannot update "${path}" field on "${old.id}"`);
  if (paths.length === 0) {
    if (given.snapshotter !== old.snapshotter) {
      throw invalidArgument("container.Snapshotter field is immutable");
    }
    if (given.runtime?.name !== old.runtime?.name) {
      throw invalidArgument("container.Runtime.Name field is immutable");
    }
    return { ...given, labels: withoutEmpty(given.labels), createdAt: old.createdAt };
  }
  const container = { ...old };
  for (const path of paths) {
    if (path === "spec") container.spec = given.spec;
    else if (path === "image") container.image = given.image;
    else if (path === "snapshotkey") container.snapshotKey = given.snapshotKey;
    else if (path === "extensions") container.extensions = given.extensions;
    else if (path.startsWith("extensions.")) {
      const key = path.slice("extensions.".length);
      const { [key]: _, ...others } = container.extensions;
      const value = given.extensions[key];
      container.extensions = value ? { ...others, [key]: value } : others;
    } else container.labels = updateLabels(container.labels, given.labels, [path], refuse);
  }
  return container;
}

function fieldOf(container: Container, path: readonly string[]): string | undefined {
  const [first, ...rest] = path;
  if (first === "id") return textField(container.id);
  if (first === "image") return textField(container.image);
  if (first === "runtime" && rest[0] === "name") return textField(container.runtime?.name);
  if (first === "labels") return labelAt(container.labels, rest);
  return undefined;
}
