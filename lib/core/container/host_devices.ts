/**
 * Device nodes of the daemon's host.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { Host, HostFileInfo } from "../../host/host.ts";

/** A device node as it is on the host. */
export interface HostDevice {
  /** Its path on the host. */
  readonly path: string;
  /** A block or a character device. */
  readonly type: "b" | "c";
  /** Major number. */
  readonly major: number;
  /** Minor number. */
  readonly minor: number;
  /** Owner, group and permission bits. */
  readonly owner?: { readonly uid: number; readonly gid: number; readonly mode: number };
}

const MAX_LINKS = 10;
/** No /dev is deeper. */
const MAX_DEPTH = 8;

/** Follows links to what is there. */
async function stat(
  host: Host,
  path: string,
): Promise<{ path: string; info: HostFileInfo } | undefined> {
  for (let at = path, links = 0; links <= MAX_LINKS; links++) {
    const info = await host.lstat(at);
    if (info?.kind !== "symlink") return info && { path: at, info };
    const target = await host.readLink(at);
    at = target.startsWith("/") ? target : `${at.slice(0, at.lastIndexOf("/"))}/${target}`;
  }
  return undefined;
}

function deviceOf(path: string, { device, owner }: HostFileInfo): HostDevice | undefined {
  return device && { path, ...device, ...(owner && { owner }) };
}

/**
 * Finds a device of the host; links are followed.
 *
 * @throws {NotFoundError} when nothing is there.
 * @throws {InvalidArgumentError} when it is no device.
 */
export async function findDevice(host: Host, path: string): Promise<HostDevice> {
  const found = await stat(host, path);
  if (!found) {
    throw new NotFoundError(`Cannot use device "${path}": it does not exist on ${host.name}`);
  }
  const device = deviceOf(path, found.info);
  if (!device) {
    throw new InvalidArgumentError(`Cannot use device "${path}": it is no device node`);
  }
  return device;
}

/**
 * Finds a device, or all devices in a folder.
 *
 * @throws {NotFoundError} when nothing is there.
 */
export async function findDevices(host: Host, path: string): Promise<HostDevice[]> {
  const found = await stat(host, path);
  if (found?.info.kind !== "directory") return [await findDevice(host, path)];
  return await devicesIn(host, path);
}

/** What has its own file system in a container, or is the daemon's alone. */
const SKIPPED: ReadonlySet<string> = new Set([
  "pts",
  "shm",
  "fd",
  "mqueue",
  ".lxc",
  ".lxd-mounts",
  ".udev",
  "console",
]);

/** All devices in a folder and those below it; links are left out, as containerd does. */
export async function devicesIn(
  host: Host,
  folder: string,
  depth: number = 0,
): Promise<HostDevice[]> {
  const devices: HostDevice[] = [];
  for (const name of await host.readDir(folder)) {
    if (SKIPPED.has(name)) continue;
    const path = `${folder.replace(/\/$/, "")}/${name}`;
    const info = await host.lstat(path);
    if (info?.kind === "directory" && depth < MAX_DEPTH) {
      devices.push(...await devicesIn(host, path, depth + 1));
    }
    const device = info && deviceOf(path, info);
    if (device) devices.push(device);
  }
  return devices;
}
