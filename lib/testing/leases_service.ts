/**
 * The leases of the fake.
 *
 * @module
 */
import type { Leases, Resource } from "../gen/containerd/services/leases_pb.ts";
import { labelAt, matcherOf, textField } from "./filter_match.ts";
import { collectGarbage } from "./garbage.ts";
import { sorted } from "./images_service.ts";
import type { ServiceHandlers } from "./router.ts";
import { type FakeState, type LeaseRecord, now } from "./state.ts";
import {
  alreadyExists,
  invalidArgument,
  notFound,
  required,
  unimplemented,
  unknown,
} from "./status.ts";
import { digestFault } from "./validate.ts";

/** `containerd.services.leases.v1.Leases`. Ids and labels are not checked, as in the daemon. */
export function leasesService(state: FakeState): ServiceHandlers<typeof Leases> {
  const leaseOf = (namespace: string, id: string): LeaseRecord => {
    const lease = state.peek(namespace).leases.get(id);
    if (!lease) throw notFound(`lease "${id}"`);
    return lease;
  };
  return {
    create: ({ id: given, labels }, call) => {
      const { leases } = state.open(call.namespace);
      const id = given || madeUpId(state);
      if (leases.has(id)) throw alreadyExists(`lease "${id}"`);
      const lease = { id, labels, createdAt: now(), resources: new Map() };
      leases.set(id, lease);
      return { lease: { id, labels, createdAt: lease.createdAt } };
    },
    delete: ({ id, sync }, call) => {
      const lease = leaseOf(call.namespace, id);
      state.peek(call.namespace).leases.delete(lease.id);
      if (sync) collectGarbage(state);
      return {};
    },
    list: ({ filters }, call) => {
      const matches = matcherOf<LeaseRecord>(filters, ({ id, labels }, [first, ...rest]) => {
        if (first === "id") return textField(id);
        return first === "labels" ? labelAt(labels, rest) : undefined;
      });
      const leases = sorted(state.peek(call.namespace).leases).filter(matches);
      return { leases: leases.map(({ id, labels, createdAt }) => ({ id, labels, createdAt })) };
    },
    addResource: ({ id, resource }, call) => {
      const { resources } = leaseOf(call.namespace, id);
      const { type, id: name } = checkResource(state, required(resource, "resource"));
      if (name === "") throw unknown("key required");
      const known = resources.get(type) ?? new Set<string>();
      resources.set(type, known.add(name));
      return {};
    },
    deleteResource: ({ id, resource }, call) => {
      const { resources } = leaseOf(call.namespace, id);
      const { type, id: name } = checkResource(state, required(resource, "resource"));
      resources.get(type)?.delete(name);
      return {};
    },
    listResources: ({ id }, call) => {
      const { resources } = leaseOf(call.namespace, id);
      const types = [...resources.keys()].sort();
      return {
        resources: types.flatMap((type) =>
          [...resources.get(type) ?? []].sort().map((id) => ({ type, id }))
        ),
      };
    },
  };
}

/** As the daemon makes them up: nanoseconds and four random letters. */
function madeUpId(state: FakeState): string {
  const nanos = `${Date.now() % 1000}000000`.padStart(9, "0");
  return `${nanos}-${state.nextId().toString(36).padStart(4, "0")}`;
}

/** Types are those that the daemon's version knows. */
function checkResource(state: FakeState, resource: Resource): Resource {
  const { id, type } = resource;
  const [kind = "", ...rest] = type.split("/");
  const plain = kind === "content" || kind === "ingests" ||
    (kind === "images" && state.atLeast(2, 0));
  if (plain) {
    if (rest.length > 0) throw invalidArgument(`invalid resource type ${type}`);
    const fault = kind === "content" ? digestFault(id) : undefined;
    if (fault) throw invalidArgument(`invalid content resource id ${id}: ${fault}`);
  } else if (kind === "snapshots") {
    if (rest.length !== 1 || rest[0] === "") {
      throw invalidArgument(`invalid snapshot resource type ${type}`);
    }
  } else {
    throw unimplemented(`resource type ${type} not supported yet: not implemented`);
  }
  return resource;
}
