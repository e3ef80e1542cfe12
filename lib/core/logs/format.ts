/**
 * The forms in which logs of containers are kept, each with its own records and names of files.
 *
 * @module
 */
import type { Host } from "../../host/host.ts";
import { type LogRecord, parseCriRecord, parseRecord } from "./record.ts";

/** The form of a log, and where it is. */
export interface LogFormat {
  /** The file that is being written. */
  readonly path: string;
  /** The files that there are, the one that is being written first, then earlier ones. */
  files(host: Host): Promise<string[]>;
  /** Reads one line of a file; `undefined` for what is no record. */
  parse(line: string): LogRecord | undefined;
}

/** Docker's json-file: `LOG` is being written, `LOG.1` was before, `LOG.2` before that. */
export function jsonFormat(path: string): LogFormat {
  return {
    path,
    parse: parseRecord,
    files: async (host) => {
      const found = await host.lstat(path) ? [path] : [];
      for (let age = 1; await host.lstat(`${path}.${age}`); age++) {
        // The name of the newest may be free for a moment.
        if (age === 1 && found.length === 0) found.push(path);
        found.push(`${path}.${age}`);
      }
      return found;
    },
  };
}

/** What kubelet adds to the name of a log that goes on in a new file; packed ones are left out. */
const CRI_ROTATED = /^\.\d{8}-\d{6}$/;

/** That of Kubernetes: `0.log` is being written, `0.log.20260102-030405` was before. */
export function criFormat(path: string): LogFormat {
  const slash = path.lastIndexOf("/");
  const folder = path.slice(0, slash) || "/";
  const name = path.slice(slash + 1);
  return {
    path,
    parse: parseCriRecord,
    files: async (host) => {
      const names = await host.readDir(folder);
      const earlier = names.filter((other) =>
        other.startsWith(name) && CRI_ROTATED.test(other.slice(name.length))
      );
      const paths = earlier.sort().reverse().map((other) => `${folder}/${other}`);
      return names.includes(name) || paths.length > 0 ? [path, ...paths] : [];
    },
  };
}
