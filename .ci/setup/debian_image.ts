/**
 * A small Debian as a tar and as an OCI archive, made by Debian's and others' tools alone, so that
 * tests hold our code against an image that it did not make.
 *
 * @module
 */

import { debianMirror } from "./debian.ts";
import { CACHE, DEBIAN_IMAGE, DEBIAN_IMAGE_TAG, DEBIAN_ROOTFS, toolPath } from "./paths.ts";
import { exists, run, SetupError } from "./run.ts";

/** All times in the image, so that two builds differ as little as their packages do. */
const EPOCH = "1700000000";

/** What a new root filesystem holds of the machine that made it, or that differs each time. */
const NOISE = [
  "dev",
  "etc/hostname",
  "etc/resolv.conf",
  "proc",
  "run",
  "sys",
  "tmp",
  "var/cache/apt/archives",
  "var/cache/debconf",
  "var/cache/ldconfig/aux-cache",
  "var/lib/apt/lists",
  "var/log",
];

/** Makes {@linkcode DEBIAN_ROOTFS} and {@linkcode DEBIAN_IMAGE} where they are missing. */
export async function makeDebianImage(): Promise<void> {
  const env = { SOURCE_DATE_EPOCH: EPOCH };
  if (!exists(DEBIAN_ROOTFS)) await makeRootfs(env);
  const layout = `${CACHE}/debian-minbase.oci`;
  const image = ["--image", `${layout}:${DEBIAN_IMAGE_TAG}`];
  const umoci = (...args: string[]) => run([toolPath("umoci"), ...args], { env });
  try {
    await umoci("init", "--layout", layout);
    await umoci("new", ...image);
    await umoci(
      "raw",
      "add-layer",
      ...image,
      "--history.created",
      "2023-11-14T22:13:20Z",
      DEBIAN_ROOTFS,
    );
    await umoci(
      "config",
      ...image,
      "--no-history",
      "--created",
      "2023-11-14T22:13:20Z",
      "--config.cmd",
      "/bin/bash",
      "--config.env",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    );
    await run([
      toolPath("skopeo"),
      "--insecure-policy",
      "copy",
      "--quiet",
      `oci:${layout}:${DEBIAN_IMAGE_TAG}`,
      `oci-archive:${DEBIAN_IMAGE}.part:${DEBIAN_IMAGE_TAG}`,
    ], { env });
    Deno.renameSync(`${DEBIAN_IMAGE}.part`, DEBIAN_IMAGE);
  } finally {
    await run(["rm", "-rf", layout, `${DEBIAN_IMAGE}.part`]);
  }
}

async function makeRootfs(env: Record<string, string>): Promise<void> {
  const rootfs = `${CACHE}/debian-minbase`;
  try {
    await run(
      [toolPath("debootstrap"), "--variant=minbase", DEBIAN_IMAGE_TAG, rootfs, debianMirror()],
      { env },
    );
    const excludes = NOISE.map((path) => `--exclude=./${path}/*`);
    const files = NOISE.filter((path) => /^(etc|var\/cache\/ldconfig)\//.test(path))
      .map((path) => `--exclude=./${path}`);
    await run([
      "tar",
      "--create",
      `--file=${DEBIAN_ROOTFS}.part`,
      `--directory=${rootfs}`,
      "--sort=name",
      `--mtime=@${EPOCH}`,
      "--numeric-owner",
      ...excludes,
      ...files,
      ".",
    ]);
    Deno.renameSync(`${DEBIAN_ROOTFS}.part`, DEBIAN_ROOTFS);
  } catch (error) {
    throw new SetupError(
      "Cannot make a Debian root filesystem: debootstrap needs root, mount and mknod; " +
        "see the end of its output above",
      { cause: error },
    );
  } finally {
    await run(["rm", "-rf", "--one-file-system", rootfs]);
  }
}
