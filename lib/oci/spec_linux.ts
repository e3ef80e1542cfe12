/**
 * Options of a spec's surroundings on Linux: names, namespaces, devices, kernel parameters.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import type { LinuxDevice, LinuxNamespaceType } from "./runtime_spec.ts";
import { editLinux, editResources, type SpecOption } from "./spec_option.ts";
import { checkAbsolute } from "./spec_process.ts";

/** Sets the host name: at most 64 letters, digits, dots and dashes. */
export function withHostname(name: string): SpecOption {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(name)) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(name)} as host name: it must have 1 to 64 letters, digits, ` +
        "dots and dashes, with a letter or digit at both ends",
    );
  }
  return (spec) => ({ ...spec, hostname: name });
}

/**
 * Sets the NIS domain name: at most 64 letters, digits, dots, dashes and underscores. Both by the
 * spec's field and by the kernel parameter, as runc before 1.2 passes over the field.
 */
export function withDomainname(name: string): SpecOption {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(name)} as domain name: it must have 1 to 64 letters, digits, ` +
        "dots, dashes and underscores",
    );
  }
  const parameter = { "kernel.domainname": name };
  return (spec) => ({
    ...editLinux(spec, ({ sysctl }) => ({ sysctl: { ...sysctl, ...parameter } })),
    domainname: name,
  });
}

/**
 * Sets the cgroup's path, or `slice:prefix:name` where systemd manages cgroups.
 *
 * @throws {InvalidArgumentError} When it is neither.
 */
export function withCgroupsPath(path: string): SpecOption {
  const isPath = path.startsWith("/") && !path.split("/").includes("..");
  if (!(isPath || /^[^/:]*:[^/:]*:[^/:]+$/.test(path)) || path.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(path)} as cgroup: give an absolute path, or slice:prefix:name`,
    );
  }
  return (spec) => editLinux(spec, () => ({ cgroupsPath: path }));
}

/** Sets annotations on top of those that are there. */
export function withAnnotations(annotations: Readonly<Record<string, string>>): SpecOption {
  if (Object.hasOwn(annotations, "")) {
    throw new InvalidArgumentError('Cannot set annotation "": the key is empty');
  }
  return (spec) => ({ ...spec, annotations: { ...spec.annotations, ...annotations } });
}

/**
 * Gives the container a namespace of its own, or lets it join one.
 *
 * @param path A namespace on the daemon's host to join, such as `/proc/123/ns/net`.
 */
export function withNamespace(type: LinuxNamespaceType, path?: string): SpecOption {
  if (path !== undefined) checkAbsolute(path, "namespace");
  const namespace = { type, ...(path !== undefined && { path }) };
  return (spec) =>
    editLinux(spec, ({ namespaces = [] }) => ({
      namespaces: namespaces.some((other) => other.type === type)
        ? namespaces.map((other) => other.type === type ? namespace : other)
        : [...namespaces, namespace],
    }));
}

/** Shares a namespace with the daemon's host. */
export function withoutNamespace(type: LinuxNamespaceType): SpecOption {
  return (spec) =>
    editLinux(spec, ({ namespaces = [] }) => ({
      namespaces: namespaces.filter((namespace) => namespace.type !== type),
    }));
}

/**
 * Shares the network of the daemon's host. Its `/etc/hosts` and `/etc/resolv.conf` are not mounted
 * by this; see {@linkcode bindMount}.
 */
export function withHostNetwork(): SpecOption {
  return withoutNamespace("network");
}

/** Kernel parameters that belong to a namespace, by their first parts. */
const sysctlNamespaces: readonly (readonly [RegExp, LinuxNamespaceType])[] = [
  [/^net\./, "network"],
  [
    /^(?:kernel\.(?:msg(?:max|mnb|mni|_next_id)|sem(?:_next_id)?|shm(?:all|max|mni|_next_id|_rmid_forced))$|fs\.mqueue\.)/,
    "ipc",
  ],
  [/^kernel\.(?:hostname|domainname)$/, "uts"],
];

/**
 * Sets kernel parameters of the container's namespaces, such as `net.ipv4.ip_forward`.
 *
 * @throws {InvalidArgumentError} When one is the host's own: it would change the host. When the
 * option is applied, also when the container shares the namespace with the host.
 */
export function withSysctl(parameters: Readonly<Record<string, string>>): SpecOption {
  const needed = Object.keys(parameters).map((name) => {
    const dotted = name.replaceAll("/", ".");
    const type = sysctlNamespaces.find(([pattern]) => pattern.test(dotted))?.[1];
    if (type === undefined || !/^[\w.-]+$/.test(dotted)) {
      throw new InvalidArgumentError(
        `Cannot set sysctl ${JSON.stringify(name)}: it belongs to no namespace, and so to the host`,
      );
    }
    return { name, type };
  });
  return (spec) => {
    for (const { name, type } of needed) {
      if (!spec.linux?.namespaces?.some((namespace) => namespace.type === type)) {
        throw new InvalidArgumentError(
          `Cannot set sysctl "${name}": the container shares the ${type} namespace with the host`,
        );
      }
    }
    return editLinux(spec, ({ sysctl }) => ({ sysctl: { ...sysctl, ...parameters } }));
  };
}

/** A device node, and what may be done with it. */
export interface DeviceAccess extends LinuxDevice {
  /**
   * Any of `r` read, `w` write, `m` make nodes.
   * @default "rwm"
   */
  access?: string | undefined;
}

/**
 * Adds device nodes and allows their use. Major and minor number are those of the daemon's host
 * (`stat -c '%t %T'`, hexadecimal there).
 *
 * @throws {InvalidArgumentError} When a path is not absolute, or numbers or access are wrong.
 */
export function withDevices(...devices: readonly DeviceAccess[]): SpecOption {
  for (const { path, type, major, minor, access = "rwm" } of devices) {
    checkAbsolute(path, "device");
    if (type !== "p" && !(isNumber(major) && isNumber(minor))) {
      throw new InvalidArgumentError(
        `Cannot add device "${path}": it needs a major and a minor number`,
      );
    }
    if (!/^(?!.*(.).*\1)[rwm]{1,3}$/.test(access)) {
      throw new InvalidArgumentError(
        `Cannot add device "${path}": access ${JSON.stringify(access)} must be made of r, w and m`,
      );
    }
  }
  const nodes = devices.map(({ access: _, ...node }) => node);
  const rules = devices.filter(({ type }) => type !== "p").map(
    ({ type, major, minor, access = "rwm" }) => ({
      allow: true,
      type: type === "b" ? "b" as const : "c" as const,
      ...(major !== undefined && { major }),
      ...(minor !== undefined && { minor }),
      access,
    }),
  );
  return (spec) =>
    editResources(
      editLinux(spec, (linux) => ({
        devices: [
          ...(linux.devices ?? []).filter(({ path }) => !nodes.some((node) => node.path === path)),
          ...nodes,
        ],
      })),
      (resources) => ({ devices: [...(resources.devices ?? []), ...rules] }),
    );
}

function isNumber(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}
