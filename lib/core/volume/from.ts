/**
 * Mounts of another container: its volumes and the folders of the host that it has.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import type { Mount } from "../../oci/runtime_spec.ts";
import { withMounts } from "../../oci/spec_mounts.ts";
import { findRecord } from "../container/names.ts";
import type { PlanStep, StepPlace } from "../container/step.ts";
import { dataStore } from "../logs/place.ts";
import { VolumeStore } from "./store.ts";
import { mountLabels, type MountRecord, mountsOf } from "./use.ts";

/** Files that each container has of its own, and an init that is put before its command. */
const OWN: ReadonlySet<string> = new Set([
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/hostname",
  "/sbin/tini",
]);

/**
 * The steps that mount what another container has: its volumes and folders of the host, at the same
 * places. What is in memory, or of an image, is its own.
 *
 * @param mode `"ro"` makes all of it read-only; else what is read-only there is so here.
 * @throws {NotFoundError} when there is no such container.
 */
export async function stepsFrom(
  { context, signal }: StepPlace,
  container: string,
  mode: "ro" | "rw",
): Promise<PlanStep[]> {
  const { spec, labels } = await findRecord(context, container, signal);
  const volumes = await new VolumeStore(context).folder();
  const files = `${await dataStore(context)}/`;
  const told = mountsOf(labels);
  return (spec ? unpackSpec(spec).mounts ?? [] : []).flatMap((mount): PlanStep[] => {
    const { destination, source = "", type, options = [] } = mount;
    const bound = type === "bind" || options.includes("bind") || options.includes("rbind");
    const inVolume = source.startsWith(`${volumes}/`);
    // The other files there are the container's own: its names, its logs.
    if (!bound || OWN.has(destination) || (source.startsWith(files) && !inVolume)) return [];
    const readonly = mode === "ro" || options.includes("ro");
    const shared: Mount = {
      ...mount,
      options: readonly
        ? [...options.filter((option) => option !== "rw" && option !== "ro"), "ro"]
        : options,
    };
    const known = told.find(({ Type, Destination }) =>
      Type === "volume" && Destination === destination
    );
    const name = known?.Name ??
      (inVolume ? source.slice(volumes.length + 1).split("/")[0] : undefined);
    const record: MountRecord = {
      ...(name === undefined ? { Type: "bind" } : { Type: "volume", Name: name, Driver: "local" }),
      ...{ Source: source, Destination: destination, Mode: readonly ? "ro" : "", RW: !readonly },
      Propagation: known?.Propagation ?? "",
    };
    return [{
      by: "volumesFrom",
      shows: `${name === undefined ? source : `volume ${name}`} on ${destination}${
        readonly ? ", read-only" : ""
      }`,
      at: destination,
      // Mounts that are named one by one are made afterwards.
      stage: "base",
      edit: withMounts(shared),
      // Who counts the users of a volume looks at labels.
      make: (_, labels) => Promise.resolve({ labels: mountLabels([...mountsOf(labels), record]) }),
    }];
  });
}
