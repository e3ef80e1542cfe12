/**
 * The Container Device Interface (CDI 1.0): files that say what has to be done to a container for it
 * to use a device.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import { mergeEnv } from "./env.ts";
import { CDI_DEVICE, CDI_KIND } from "./names.ts";
import type { Hook, Hooks, LinuxIntelRdt } from "./runtime_spec.ts";
import { withDevices } from "./spec_linux.ts";
import { withMounts } from "./spec_mounts.ts";
import { editLinux, editProcess, type SpecOption } from "./spec_option.ts";

/** What is done to a container. */
export interface CdiEdits {
  /** Variables, `NAME=value` each. */
  readonly env?: readonly string[];
  /** Device nodes. */
  readonly deviceNodes?: readonly CdiDeviceNode[];
  /** Mounts. */
  readonly mounts?: readonly CdiMount[];
  /** Programs to run at points of the life cycle. */
  readonly hooks?: readonly CdiHook[];
  /** Further groups (0.7). */
  readonly additionalGids?: readonly number[];
  /** Intel RDT (0.7). */
  readonly intelRdt?: LinuxIntelRdt;
}

/** A device node. */
export interface CdiDeviceNode {
  /** Path in the container. */
  readonly path: string;
  /** Path on the host; the same by default. */
  readonly hostPath?: string;
  /** Kind; the host's by default. */
  readonly type?: "b" | "c" | "u" | "p";
  /** Major number; the host's by default. */
  readonly major?: number;
  /** Minor number; the host's by default. */
  readonly minor?: number;
  /** Permission bits. */
  readonly fileMode?: number;
  /** Any of `r`, `w`, `m`; all by default. */
  readonly permissions?: string;
  /** Owner. */
  readonly uid?: number;
  /** Group. */
  readonly gid?: number;
}

/** A mount. */
export interface CdiMount {
  /** Path on the host. */
  readonly hostPath: string;
  /** Path in the container. */
  readonly containerPath: string;
  /** Options of mount(8); `ro,nosuid,nodev,bind` where there are none. */
  readonly options?: readonly string[];
  /** Type. */
  readonly type?: string;
}

/** A hook, with the point of the life cycle. */
export interface CdiHook extends Hook {
  /** Such as `createContainer`. */
  readonly hookName: string;
}

/** A device of a CDI file. */
export interface CdiDevice {
  /** Its name, after the `=`. */
  readonly name: string;
  /** What is done for it. */
  readonly containerEdits?: CdiEdits;
}

/** A CDI file. */
export interface CdiSpec {
  /** Version of the format. */
  readonly cdiVersion: string;
  /** Vendor and class, such as `nvidia.com/gpu`. */
  readonly kind: string;
  /** Devices. */
  readonly devices: readonly CdiDevice[];
  /** What is done for any of them. */
  readonly containerEdits?: CdiEdits;
}

const HOOKS: ReadonlySet<string> = new Set(
  "prestart createRuntime createContainer startContainer poststart poststop".split(" "),
);

/**
 * Checks what a CDI file holds.
 *
 * @param value The parsed JSON or YAML.
 * @param where The file's path, for the message.
 * @throws {InvalidArgumentError} When it is no CDI file.
 */
export function checkCdiSpec(value: unknown, where: string): CdiSpec {
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot read CDI file "${where}": ${why}`);
  };
  if (!isObject(value)) return fail("it must be an object");
  const { cdiVersion, kind, devices, containerEdits } = value;
  if (typeof cdiVersion !== "string") return fail('"cdiVersion" is missing');
  if (typeof kind !== "string" || !CDI_KIND.test(kind)) return fail('"kind" must be vendor/class');
  if (!Array.isArray(devices)) return fail('"devices" must be a list');
  const checked = devices.map((device: unknown, i): CdiDevice => {
    const name = isObject(device) ? device.name : undefined;
    if (typeof name !== "string" || !CDI_DEVICE.test(name)) {
      return fail(`device ${i + 1} has no name`);
    }
    const edits = isObject(device) ? device.containerEdits : undefined;
    return { name, containerEdits: checkEdits(edits, (why) => fail(`device "${name}": ${why}`)) };
  });
  return { cdiVersion, kind, devices: checked, containerEdits: checkEdits(containerEdits, fail) };
}

function checkEdits(value: unknown, fail: (why: string) => never): CdiEdits {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return fail('"containerEdits" must be an object');
  const list = (name: string, test: (item: unknown) => boolean) => {
    const items = value[name];
    if (items !== undefined && !(Array.isArray(items) && items.every(test))) {
      fail(`"${name}" of "containerEdits" is malformed`);
    }
  };
  const has = (...names: string[]) => (item: unknown) =>
    isObject(item) && names.every((name) => typeof item[name] === "string");
  list("env", (item) => typeof item === "string" && /^[^=]+=/.test(item));
  list("deviceNodes", has("path"));
  list("mounts", has("hostPath", "containerPath"));
  list("additionalGids", (item) => Number.isInteger(item));
  list(
    "hooks",
    (item) => has("hookName", "path")(item) && isObject(item) && HOOKS.has(`${item.hookName}`),
  );
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Does what a CDI file asks for.
 *
 * @param edits With type and numbers of every device node filled in.
 */
export function withCdiEdits(edits: CdiEdits): SpecOption {
  const { env = [], deviceNodes = [], mounts = [], hooks = [], additionalGids = [] } = edits;
  const steps: SpecOption[] = [];
  if (env.length > 0) {
    steps.push((spec) => editProcess(spec, (p) => ({ env: mergeEnv(p.env ?? [], env) })));
  }
  if (deviceNodes.length > 0) {
    steps.push(
      withDevices(...deviceNodes.map(({ permissions, hostPath: _, type = "c", ...node }) => ({
        ...node,
        type,
        ...(permissions !== undefined && { access: permissions }),
      }))),
    );
  }
  if (mounts.length > 0) {
    steps.push(withMounts(...mounts.map(({ hostPath, containerPath, options, type = "bind" }) => ({
      destination: containerPath,
      source: hostPath,
      type,
      options: [...options ?? ["ro", "nosuid", "nodev", "bind"]],
    }))));
  }
  for (const { hookName, ...hook } of hooks) {
    steps.push((spec) => {
      const point = hookName as keyof Hooks; // checked with the file
      const before = spec.hooks?.[point] ?? [];
      return { ...spec, hooks: { ...spec.hooks, [point]: [...before, hook] } };
    });
  }
  if (additionalGids.length > 0) {
    steps.push((spec) =>
      editProcess(spec, ({ user }) => ({
        user: {
          ...user,
          additionalGids: [...new Set([...user.additionalGids ?? [], ...additionalGids])],
        },
      }))
    );
  }
  const { intelRdt } = edits;
  if (intelRdt) steps.push((spec) => editLinux(spec, () => ({ intelRdt })));
  return (spec) => steps.reduce((result, step) => step(result), spec);
}
