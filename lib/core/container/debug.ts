/**
 * Looks into a container with tools of another image.
 *
 * @module
 */
import type { LinuxNamespace } from "../../oci/runtime_spec.ts";
import { editLinux, type SpecOption } from "../../oci/spec_option.ts";
import { withCapabilities } from "../../oci/spec_security.ts";

/** The namespaces that are shared; the root file system is that of the other image. */
const SHARED = { pid: "pid", network: "net", ipc: "ipc", uts: "uts" } as const;

/**
 * Puts a container into the namespaces of a running process, with the capability to look at it:
 * its file system is at `/proc/1/root` then.
 *
 * @param pid The process, on the daemon's host.
 */
export function inNamespacesOf(pid: number): SpecOption {
  const shared = Object.entries(SHARED).map(([type, file]): LinuxNamespace => ({
    type: type as keyof typeof SHARED,
    path: `/proc/${pid}/ns/${file}`,
  }));
  return (spec) => {
    const joined = editLinux(spec, ({ namespaces = [] }) => ({
      namespaces: [...namespaces.filter(({ type }) => !(type in SHARED)), ...shared],
    }));
    return withCapabilities({ add: ["SYS_PTRACE"] })(joined);
  };
}
