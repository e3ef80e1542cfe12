/**
 * Options of who runs a container, and how.
 *
 * @module
 */
import { checkIdentifier } from "../../../oci/names.ts";
import { withAnnotations } from "../../../oci/spec_linux.ts";
import type { SpecOption } from "../../../oci/spec_option.ts";
import { DeviceOptions } from "./devices.ts";

/** The methods that say who runs a container, and how. */
export abstract class RuntimeOptions<Self> extends DeviceOptions<Self> {
  /** The snapshotter; the namespace's by default, else `overlayfs`. */
  snapshotter(name: string): Self {
    return this.clone({ ...this.plan, snapshotter: name });
  }

  /** The runtime; the namespace's by default, else `io.containerd.runc.v2`. */
  runtime(name: string): Self {
    return this.clone({ ...this.plan, runtime: name });
  }

  /**
   * Puts it into a sandbox, by id; see `Namespace.sandboxes` (1.7 and newer). It must have the
   * sandbox's runtime.
   */
  sandbox(id: string): Self {
    return this.clone({ ...this.plan, sandbox: checkIdentifier(id, "sandbox id") });
  }

  /**
   * Lets containers of the same group, in one namespace, share a shim: many short runs beside a
   * container that lives start sooner and need less memory. For runc.
   *
   * @param name Any identifier; the shim takes it from the annotation `io.containerd.runc.v2.group`.
   */
  group(name: string): Self {
    const group = checkIdentifier(name, "shim group");
    const edit = withAnnotations({ "io.containerd.runc.v2.group": group });
    return this.step({ by: "group", key: "group", shows: group, edit });
  }

  /**
   * Edits the finished OCI spec: for what has no method. The options of `@davit/sdk/oci` fit here,
   * and any function that returns a changed copy.
   */
  edit(edit: SpecOption): Self {
    return this.step({ by: "edit", stage: "edit", shows: "by a function", edit });
  }
}
