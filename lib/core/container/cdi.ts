/**
 * CDI devices: read from the files of the daemon's host.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import {
  type CdiDeviceNode,
  type CdiEdits,
  type CdiSpec,
  checkCdiSpec,
  withCdiEdits,
} from "../../oci/cdi.ts";
import { composeSpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { findDevice } from "./host_devices.ts";
import type { StepPlace } from "./step.ts";

/** Where CDI files are; those in the later folder win. */
const FOLDERS = ["/etc/cdi", "/var/run/cdi"];

/**
 * Finds CDI devices by their full names, and what has to be done for them.
 *
 * @throws {NotFoundError} when no file knows one of them.
 * @throws {InvalidArgumentError} when a file that could be meant is malformed, or two files of one
 * folder have the same device.
 */
export async function findCdiDevices(
  { context, plan }: StepPlace,
  names: readonly string[],
): Promise<SpecOption> {
  const { host } = context.session;
  const folders = plan.cdiFolders ?? FOLDERS;
  const { specs, broken } = await readSpecs(host, folders);
  const edits: SpecOption[] = [];
  const kinds = new Set<CdiSpec>();
  for (const name of names) {
    const [spec, own] = find(specs, name) ?? missing(name, folders, host, broken);
    // What a file says for all of its devices is done once, before what it says for one.
    if (!kinds.has(spec)) edits.push(withCdiEdits(await complete(host, spec.containerEdits ?? {})));
    kinds.add(spec);
    edits.push(withCdiEdits(await complete(host, own)));
  }
  return composeSpecOptions(...edits);
}

function missing(
  name: string,
  folders: readonly string[],
  host: Host,
  broken: readonly unknown[],
): never {
  if (broken.length > 0) throw broken[0];
  throw new NotFoundError(
    `Cannot use CDI device "${name}": no file in ${folders.join(" or ")} of ${host.name} has it`,
  );
}

type Found = readonly [CdiSpec, CdiEdits];

/** A CDI file, and which folder it is in: the later wins. */
interface CdiFile {
  readonly folder: number;
  readonly path: string;
  readonly spec: CdiSpec;
}

function find(files: readonly CdiFile[], name: string): Found | undefined {
  const [kind, device] = name.split("=");
  const found = files.flatMap((file) => {
    const own = file.spec.kind === kind && file.spec.devices.find((other) => other.name === device);
    return own ? [{ ...file, edits: own.containerEdits ?? {} }] : [];
  });
  const folder = Math.max(...found.map((file) => file.folder));
  const [first, second] = found.filter((file) => file.folder === folder);
  if (first && second) {
    throw new InvalidArgumentError(
      `Cannot use CDI device "${name}": both "${first.path}" and "${second.path}" have it`,
    );
  }
  return first && [first.spec, first.edits];
}

async function readSpecs(
  host: Host,
  folders: readonly string[],
): Promise<{ specs: CdiFile[]; broken: unknown[] }> {
  const specs: CdiFile[] = [];
  const broken: unknown[] = [];
  for (const [folder, path] of folders.entries()) {
    if (!await host.lstat(path)) continue;
    for (const name of await host.readDir(path)) {
      if (!/\.(?:json|ya?ml)$/.test(name)) continue;
      const file = `${path}/${name}`;
      try {
        specs.push({ folder, path: file, spec: await readSpec(host, file) });
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        broken.push(error);
      }
    }
  }
  return { specs, broken };
}

async function readSpec(host: Host, path: string): Promise<CdiSpec> {
  const text = new TextDecoder().decode(await host.readFile(path));
  let value: unknown;
  try {
    value = path.endsWith(".json") ? JSON.parse(text) : (await import("yaml")).parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : `${cause}`;
    throw new InvalidArgumentError(`Cannot read CDI file "${path}": ${why}`, { cause });
  }
  return checkCdiSpec(value, path);
}

/** Fills in what a file leaves to the host: type, numbers, owner of device nodes. */
async function complete(host: Host, edits: CdiEdits): Promise<CdiEdits> {
  const nodes = await Promise.all(
    (edits.deviceNodes ?? []).map(async (node): Promise<CdiDeviceNode> => {
      if (
        node.type === "p" || (node.type && node.major !== undefined && node.minor !== undefined)
      ) {
        return node;
      }
      const { type, major, minor, owner } = await findDevice(host, node.hostPath ?? node.path);
      return {
        type,
        major,
        minor,
        ...(owner && { fileMode: owner.mode, uid: owner.uid, gid: owner.gid }),
        ...node,
      };
    }),
  );
  return { ...edits, deviceNodes: nodes };
}
