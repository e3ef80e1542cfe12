/**
 * The signals that a process was started to ignore: by nohup, or by a shell that started it in the
 * background.
 *
 * @module
 */

/** A mask; bit 0 is signal 1. */
let ignored: bigint | undefined;

/**
 * Looks which signals this process ignores, once. To be called early: half a second after its start
 * Deno begins to handle SIGHUP, SIGINT and SIGTERM, as it does with the first listener, and nothing
 * tells then what was ignored before.
 */
export function noteIgnoredSignals(): void {
  ignored ??= readMask();
}

function readMask(): bigint {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    return BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  } catch {
    // Without the permission to look none counts as ignored.
    return 0n;
  }
}

/** Whether the signal of this number was ignored when {@linkcode noteIgnoredSignals} looked. */
export function wasIgnored(signal: number): boolean {
  return (((ignored ?? 0n) >> BigInt(signal - 1)) & 1n) === 1n;
}
