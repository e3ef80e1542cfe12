/**
 * Options of what a container shares with others.
 *
 * @module
 */
import { SecurityOptions } from "./security.ts";

/** The methods that say what a container shares with others. */
export abstract class NamespaceOptions<Self> extends SecurityOptions<Self> {}
