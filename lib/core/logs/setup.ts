/**
 * Gives containers a log, and takes it away again.
 *
 * @module
 */
import { InvalidArgumentError, PermissionError } from "../../errors/errors.ts";
import { parseSize, type Size } from "../../oci/sizes.ts";
import { socketPath } from "../../host/ssh/address.ts";
import type { Context } from "../context.ts";
import { stateFolder } from "./place.ts";
import { type LogFileOptions, type LogWriterOptions, logWriterUri } from "./writer.ts";

/** Where containerd finds the writer of the log; nerdctl's name. */
export const LOG_URI_LABEL = "nerdctl/log-uri";
const STATE_FOLDER_LABEL = "nerdctl/state-dir";
const NAMESPACE_LABEL = "nerdctl/namespace";

/** How much of a container's output is kept. */
export interface LogLimits {
  /** After how much a new file is begun; `"20MiB"` by default. 64 KiB at least. */
  readonly maxSize?: Size;
  /** How many files there are at most, 5 by default: older ones are removed. */
  readonly maxFiles?: number;
}

const DEFAULTS: LogFileOptions = { maxBytes: 20 * 1024 * 1024, maxFiles: 5 };
const MIN_BYTES = 64 * 1024;

/** Fills in defaults: those of Docker's `local` driver, 100 MiB in all. */
export function logOptions(limits: LogLimits = {}): LogFileOptions {
  const maxBytes = limits.maxSize === undefined ? DEFAULTS.maxBytes : parseSize(limits.maxSize);
  const maxFiles = limits.maxFiles ?? DEFAULTS.maxFiles;
  if (maxBytes < MIN_BYTES) {
    throw new InvalidArgumentError(
      `Cannot begin a new log after ${maxBytes} bytes: the minimum is 64 KiB`,
    );
  }
  if (!Number.isSafeInteger(maxFiles) || maxFiles < 1 || maxFiles > 1000) {
    throw new InvalidArgumentError(`Cannot keep ${maxFiles} log files: use a number from 1`);
  }
  return { maxBytes, maxFiles };
}

/** The labels of a container that is to have a log. Nothing is made before it is started. */
export async function logLabels(
  context: Context,
  id: string,
  options: LogWriterOptions,
): Promise<Record<string, string>> {
  const folder = await stateFolder(context, id);
  const config = JSON.stringify({
    driver: "json-file",
    opts: { "max-size": `${options.maxBytes}`, "max-file": `${options.maxFiles}` },
    address: socketPath(context.session.address),
  });
  return {
    [NAMESPACE_LABEL]: context.namespace,
    [STATE_FOLDER_LABEL]: folder,
    [LOG_URI_LABEL]: logWriterUri(folder, options, config),
  };
}

/**
 * Makes the folder of a container's log, if it is to have one where its files must be.
 *
 * @throws {PermissionError} when this script may not make it.
 */
export async function prepareLogs(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = labels[STATE_FOLDER_LABEL];
  if (folder === undefined || folder !== await stateFolder(context, id)) return;
  const { makeFolders } = await import("../../host/folders.ts");
  try {
    await makeFolders(context.session.host, folder);
  } catch (cause) {
    if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
      throw new PermissionError(
        `Cannot make the folder "${folder}" for the log of container "${id}": run as the user of ` +
          "the daemon, and grant --allow-read and --allow-write for that folder; or make the " +
          "container with logs(false)",
        { cause },
      );
    }
    throw cause;
  }
}

/** Removes the files of a container. Only a folder that is where it must be counts as one. */
export async function removeLogs(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = labels[STATE_FOLDER_LABEL];
  if (folder !== undefined && folder === await stateFolder(context, id)) {
    await context.session.host.remove(folder);
  }
}
