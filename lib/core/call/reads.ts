/**
 * Which RPCs only read: those may be repeated, and be left to code that is to change nothing.
 *
 * @module
 */

/** All RPCs that change nothing. What is not here, now or in later versions, is a change. */
const READS: ReadonlySet<string> = new Set([
  "containers.v1.Containers/Get",
  "containers.v1.Containers/List",
  "containers.v1.Containers/ListStream",
  "content.v1.Content/Info",
  "content.v1.Content/List",
  "content.v1.Content/ListStatuses",
  "content.v1.Content/Read",
  "content.v1.Content/Status",
  "events.v1.Events/Subscribe",
  "images.v1.Images/Get",
  "images.v1.Images/List",
  "introspection.v1.Introspection/PluginInfo",
  "introspection.v1.Introspection/Plugins",
  "introspection.v1.Introspection/Server",
  "leases.v1.Leases/List",
  "leases.v1.Leases/ListResources",
  "mounts.v1.Mounts/Info",
  "mounts.v1.Mounts/List",
  "namespaces.v1.Namespaces/Get",
  "namespaces.v1.Namespaces/List",
  "sandbox.v1.Controller/Metrics",
  "sandbox.v1.Controller/Platform",
  "sandbox.v1.Controller/Status",
  "sandbox.v1.Controller/Wait",
  "sandbox.v1.Store/Get",
  "sandbox.v1.Store/List",
  "snapshots.v1.Snapshots/List",
  "snapshots.v1.Snapshots/Mounts",
  "snapshots.v1.Snapshots/Stat",
  "snapshots.v1.Snapshots/Usage",
  "tasks.v1.Tasks/Get",
  "tasks.v1.Tasks/List",
  "tasks.v1.Tasks/ListPids",
  "tasks.v1.Tasks/Metrics",
  "tasks.v1.Tasks/Wait",
  "version.v1.Version/Version",
]);

/** Whether an RPC only reads. */
export function isRead(call: { service: string; method: string }): boolean {
  const { service, method } = call;
  return service === "grpc.health.v1.Health" ||
    READS.has(`${service.replace("containerd.services.", "")}/${method}`);
}
