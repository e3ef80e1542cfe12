/**
 * Options of a container's devices.
 *
 * @module
 */
import { NamespaceOptions } from "./namespaces.ts";

/** The methods that give a container devices. */
export abstract class DeviceOptions<Self> extends NamespaceOptions<Self> {}
