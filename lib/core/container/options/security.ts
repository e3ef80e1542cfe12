/**
 * Options of what a container may do.
 *
 * @module
 */
import { ResourceOptions } from "./resources.ts";

/** The methods that say what a container may do. */
export abstract class SecurityOptions<Self> extends ResourceOptions<Self> {}
