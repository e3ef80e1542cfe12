/**
 * Options of a container's file systems.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { editLinux } from "../../../oci/spec_option.ts";
import {
  withCgroupMount,
  withoutMounts,
  withReadonlyRootfs,
  withShmSize,
} from "../../../oci/spec_mounts.ts";
import { parseSize, type Size } from "../../../oci/sizes.ts";
import type { Container } from "../container.ts";
import { hostFileStep, type MountOptions, mountStep } from "../mounts.ts";
import { inside, onHost } from "./base.ts";
import { ProcessOptions } from "./process.ts";

/** How mounts that are made later spread between container and host. */
export type Propagation = "private" | "rprivate" | "slave" | "rslave" | "shared" | "rshared";

/** The methods that say what is mounted. */
export abstract class FileSystemOptions<Self> extends ProcessOptions<Self> {
  /**
   * Mounts a folder or file of the daemon's host, an empty folder in memory, a volume, the files of
   * an image, or anything else that mount(8) can. A relative `bind` counts from the current folder. What is
   * mounted where something was mounted before takes its place.
   *
   * @throws {InvalidArgumentError} when a path is no absolute one; later, when it does not exist.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace("ci").run("alpine:3.20")
   *   .mount({ bind: "./site", to: "/www", readonly: "recursive" })
   *   .mount({ tmpfs: "64MiB", to: "/cache", mode: 0o700 })
   *   .mount({ image: "tools:1", to: "/opt/tools" })
   *   .command("ls", "/www", "/opt/tools");
   * ```
   */
  mount(...mounts: MountOptions[]): Self {
    const steps = mounts.map(mountStep);
    return this.clone({ ...this.plan, steps: [...this.plan.steps, ...steps] });
  }

  /**
   * Mounts what another container has: its volumes and the folders of the host, at the same places,
   * as `--volumes-from` does. What is mounted by {@linkcode FileSystemOptions.mount} goes before; of
   * several such containers the last. What the other has in memory or of an image is left out.
   *
   * @param container A container, running or not, or its id or name.
   * @param mode `"ro"` makes all of it read-only; by default it is as it is there.
   * @throws {InvalidArgumentError} when the mode is another; later, a {@linkcode NotFoundError} when
   * there is no such container.
   */
  volumesFrom(container: Container | string, mode: "ro" | "rw" = "rw"): Self {
    const id = typeof container === "string" ? container : container.id;
    if (mode !== "ro" && mode !== "rw") {
      throw new InvalidArgumentError(
        `Cannot mount the volumes of container "${id}" as ${
          JSON.stringify(mode)
        }: use "ro" or "rw"`,
      );
    }
    return this.step({
      by: "volumesFrom",
      key: `volumesFrom ${id}`,
      shows: `${id}${mode === "ro" ? ", read-only" : ""}`,
      expand: async (place) => {
        const { stepsFrom } = await import("../../volume/from.ts");
        return await stepsFrom(place, id, mode);
      },
    });
  }

  /** Takes mounts away that every container has, such as `/run`, by where they are inside. */
  unmount(...paths: string[]): Self {
    for (const path of paths) inside("mount", path);
    const edit = withoutMounts(...paths);
    return this.step({ by: "unmount", shows: paths.join(" "), edit });
  }

  /** The size of `/dev/shm`, such as `"256MiB"`; 64 MiB by default. */
  shmSize(size: Size): Self {
    const bytes = parseSize(size, "size of /dev/shm");
    if (bytes === 0) throw new InvalidArgumentError("Cannot make /dev/shm of 0 bytes; give more");
    return this.step({ by: "shmSize", key: "shmSize", shows: `${size}`, edit: withShmSize(size) });
  }

  /** Makes the root file system read-only. Mounts stay as they are. */
  readonlyRootfs(on: boolean = true): Self {
    const edit = withReadonlyRootfs(on);
    return this.step({
      by: "readonlyRootfs",
      key: "readonlyRootfs",
      shows: on ? "yes" : "no",
      edit,
    });
  }

  /**
   * Uses a folder of the daemon's host as root file system, instead of an image's files. What is
   * written is written there. An image may be given besides, for its command and environment.
   *
   * @param path An absolute path; a relative one counts from the current folder.
   */
  rootfs(path: string): Self {
    if (path.includes("\0")) throw new InvalidArgumentError("Cannot use a path that has a NUL");
    return this.clone({ ...this.plan, rootfs: onHost(path) });
  }

  /** How mounts that are made later spread from the root file system; `rprivate` by default. */
  rootfsPropagation(propagation: Propagation): Self {
    return this.step({
      by: "rootfsPropagation",
      key: "rootfsPropagation",
      shows: propagation,
      edit: (spec) => editLinux(spec, () => ({ rootfsPropagation: propagation })),
    });
  }

  /**
   * Shows the host's own files inside, read-only: its names, its name servers, its time zone. Meant
   * for containers with the host's network.
   */
  hostFiles(...files: ("hosts" | "resolv.conf" | "localtime")[]): Self {
    const known = ["hosts", "resolv.conf", "localtime"];
    const wrong = files.find((file) => !known.includes(file));
    if (wrong !== undefined) {
      throw new InvalidArgumentError(
        `Cannot show the host's file ${JSON.stringify(wrong)}: use one of ${known.join(", ")}`,
      );
    }
    const steps = files.map(hostFileStep);
    return this.clone({ ...this.plan, steps: [...this.plan.steps, ...steps] });
  }

  /** The cgroup file systems, at `/sys/fs/cgroup`; a container has none by default. */
  cgroupMount(mode: "ro" | "rw" | false): Self {
    const edit = mode ? withCgroupMount(mode) : withoutMounts("/sys/fs/cgroup");
    return this.step({ by: "cgroupMount", key: "cgroupMount", shows: mode || "none", edit });
  }
}
