/**
 * Finds the log of a container, whoever keeps it.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError, PermissionError } from "../../errors/errors.ts";
import type { Container } from "../../gen/containerd/services/containers_pb.ts";
import type { Context } from "../context.ts";
import type { LogFiles } from "./files.ts";
import { criFormat, jsonFormat, type LogFormat } from "./format.ts";
import { logFile, stateFolder } from "./place.ts";
import { LOG_URI_LABEL } from "./setup.ts";
import { WRITER_MARK } from "./writer.ts";

/** Under which containerd's part for Kubernetes keeps what it knows of a container. */
const CRI_METADATA = "io.cri-containerd.container.metadata";
/** What the address of our own writer begins with. */
const OWN_WRITER = "binary:///bin/sh?";

/** A log that is there and can be read. */
export interface OpenedLog extends LogFiles {
  /** A file that is there while the log's writer runs; `undefined` when the writer makes none. */
  readonly mark: string | undefined;
}

/**
 * Finds the log of a container: Docker's json-file as this library and nerdctl keep it, or that of
 * Kubernetes.
 *
 * @param follow Whether it must be known when its writer has ended.
 * @throws {FailedPreconditionError} when it has none.
 * @throws {PermissionError} when it cannot be read.
 */
export async function openLog(
  context: Context,
  id: string,
  { follow }: { readonly follow: boolean },
): Promise<OpenedLog> {
  const { host } = context.session;
  const folder = await stateFolder(context, id);
  const path = logFile(folder, id);
  const there = await isReadable(context, id, path);
  const record = there && !follow ? undefined : await recordOf(context, id);
  if (there) {
    // nerdctl's writer makes no such file; that of a container that is gone has ended.
    const own = !record || record.labels[LOG_URI_LABEL]?.startsWith(OWN_WRITER);
    const mark = own ? `${folder}/${WRITER_MARK}` : undefined;
    return { host, format: jsonFormat(path), mark };
  }
  const format = criLog(record);
  if (format && await isReadable(context, id, format.path)) {
    return { host, format, mark: undefined };
  }
  throw new FailedPreconditionError(
    `Cannot read the log of container "${id}": there is none at "${
      format?.path ?? path
    }"; it was ` +
      "made with logs(false), by another program, or never started",
  );
}

async function recordOf(context: Context, id: string): Promise<Container | undefined> {
  try {
    return (await context.api.containers.get({ id })).container;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The log of a container of Kubernetes; its record says where it is. */
function criLog(record: Container | undefined): LogFormat | undefined {
  const metadata = record?.extensions[CRI_METADATA];
  if (!metadata) return undefined;
  try {
    const path: unknown = JSON.parse(new TextDecoder().decode(metadata.value))?.Metadata?.LogPath;
    return typeof path === "string" && path.startsWith("/") ? criFormat(path) : undefined;
  } catch {
    return undefined;
  }
}

async function isReadable(context: Context, id: string, path: string): Promise<boolean> {
  try {
    (await context.session.host.open(path)).close();
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
      throw new PermissionError(
        `Cannot read the log of container "${id}" at "${path}": run as the user of the daemon, ` +
          "and grant --allow-read for that folder",
        { cause },
      );
    }
    throw cause;
  }
}
