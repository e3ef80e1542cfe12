/**
 * Whether the daemon's machine can run programs of a platform.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { UnsupportedError } from "../errors/errors.ts";
import { formatPlatform, matchesPlatform, type Platform } from "../oci/platform.ts";

/** What binfmt handlers of QEMU are called, by architecture. */
const HANDLERS: Readonly<Record<string, string>> = {
  amd64: "qemu-x86_64",
  arm64: "qemu-aarch64",
  arm: "qemu-arm",
  "386": "qemu-i386",
  loong64: "qemu-loongarch64",
  mips64le: "qemu-mips64el",
  ppc64le: "qemu-ppc64le",
  riscv64: "qemu-riscv64",
  s390x: "qemu-s390x",
};
const BINFMT = "/proc/sys/fs/binfmt_misc";

/**
 * Checks that a command of a platform can run: it is the machine's own, or one that it emulates by
 * a handler that works in containers (flag F).
 *
 * @throws {UnsupportedError} When it cannot.
 */
export async function checkRunnable(
  { session }: Context,
  platform: Platform,
  step: string,
): Promise<void> {
  if (matchesPlatform(platform, session.platform)) return;
  const wanted = formatPlatform(platform);
  const handler = HANDLERS[platform.architecture];
  const path = `${BINFMT}/${handler}`;
  if (handler && await session.host.lstat(path)) {
    const text = new TextDecoder().decode(await session.host.readFile(path));
    if (/^enabled$/m.test(text) && /^flags:.*F/m.test(text)) return;
  }
  throw new UnsupportedError(
    `Cannot run a command for ${wanted} (${step}): ${session.host.name} runs ` +
      `${
        formatPlatform(session.platform)
      } and emulates no ${platform.architecture}; register QEMU ` +
      "with binfmt_misc there, or copy what was made elsewhere",
    { needed: `${wanted}, or binfmt_misc with ${handler ?? "an emulator"} and flag F` },
  );
}
