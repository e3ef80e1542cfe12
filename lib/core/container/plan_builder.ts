/**
 * The part of a builder that describes a container, whole.
 *
 * Its methods are in files of their own, one for each subject; each class extends the one before.
 * Whoever adds a subject writes such a class, extends the last one before this with it, and has this
 * one extend theirs.
 *
 * @module
 */
import { NetworkingOptions } from "../network/options.ts";

/**
 * The part of a builder that describes a container. Every method returns a new builder.
 *
 * @typeParam Self The builder itself, so that chains keep their type.
 */
export abstract class PlanBuilder<Self> extends NetworkingOptions<Self> {}
