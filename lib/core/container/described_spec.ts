/**
 * A spec, with who set each field.
 *
 * @module
 */
import { defaultSpec } from "../../oci/default_spec.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import {
  diffFields,
  type SpecDifference,
  type SpecFields,
  specFields,
} from "../../oci/spec_fields.ts";
import { lintSpec, type SpecWarning } from "../../oci/spec_lint.ts";
import type { ContainerPlan } from "./plan.ts";
import { specOptions, type SpecPlace, userOf } from "./spec.ts";

/** A field of a spec. */
export interface SpecField {
  /** Its path, such as `linux.resources.memory.limit`. */
  readonly path: string;
  /**
   * Its value, as JSON; `at creation: ` and what for, where it is not known before the container is
   * made, such as the path of a volume.
   */
  readonly value: string;
  /** Who set it: `"default"`, `"image"`, or the builder's method. */
  readonly by: string;
}

/** Something that is dangerous about a container, and which method asked for it. */
export interface ContainerWarning extends SpecWarning {
  /** Who set the field: `"default"`, `"image"`, or the builder's method. */
  readonly by: string;
}

/** The spec that a container would get, with who set each field. */
export class DescribedSpec {
  /** The OCI spec. */
  readonly oci: Spec;
  /** The user as it was named, by the builder or the image; empty for root. */
  readonly user: string;
  readonly #fields: SpecFields;
  readonly #origins: ReadonlyMap<string, string>;
  readonly #removed: ReadonlyMap<string, string>;
  readonly #later: readonly SpecField[];

  /** For {@linkcode describeSpec}. */
  constructor(
    oci: Spec,
    user: string,
    origins: ReadonlyMap<string, string>,
    removed: ReadonlyMap<string, string>,
    later: readonly SpecField[] = [],
  ) {
    this.oci = oci;
    this.user = user;
    this.#fields = specFields(oci);
    this.#origins = origins;
    this.#removed = removed;
    this.#later = later;
  }

  /** Every field, sorted by path. */
  get fields(): SpecField[] {
    const known = [...this.#fields]
      .map(([path, value]) => ({ path, value, by: this.#origins.get(path) ?? "default" }));
    return [...known, ...this.#later].sort((a, b) => a.path < b.path ? -1 : 1);
  }

  /**
   * Who set a field: `"default"`, `"image"`, or the builder's method. For a part with several fields,
   * whoever set something in it last; for one that is not there, who took it away; `undefined` when
   * there never was such a field.
   */
  by(path: string): string | undefined {
    const later = new Map(this.#later.map((field) => [field.path, field.by]));
    return lastIn(later, path) ?? lastIn(this.#origins, path) ?? lastIn(this.#removed, path);
  }

  /** The fields that one set: `"default"`, `"image"`, or a method of the builder. */
  setBy(by: string): SpecField[] {
    return this.fields.filter((field) => field.by === by);
  }

  /** What another spec has otherwise, field by field. */
  diff(other: DescribedSpec | Spec): SpecDifference[] {
    return diffFields(this.#fields, specFields(other instanceof DescribedSpec ? other.oci : other));
  }

  /** What is dangerous about it; see {@linkcode lintSpec}. */
  lint(): ContainerWarning[] {
    return lintSpec(this.oci).map((warning) => ({
      ...warning,
      by: this.by(warning.path) ?? "default",
    }));
  }

  /** A line for each field that is not containerd's default: who set it, path, value. */
  toString(): string {
    const fields = this.fields.filter(({ by }) => by !== "default");
    const width = Math.max(0, ...fields.map(({ by }) => by.length));
    return fields.map(({ by, path, value }) => `${by.padEnd(width)}  ${path} = ${value}`)
      .join("\n");
  }
}

function lastIn(origins: ReadonlyMap<string, string>, path: string): string | undefined {
  return origins.get(path) ??
    [...origins].findLast(([other]) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`))
      ?.[1];
}

/** Builds a plan's spec, and notes after each option which fields it set. */
export function describeSpec(
  plan: ContainerPlan,
  config: ImageConfig,
  place: SpecPlace,
): DescribedSpec {
  let spec = defaultSpec(place);
  let fields = specFields(spec);
  const origins = new Map([...fields.keys()].map((path) => [path, "default"]));
  const removed = new Map<string, string>();
  for (const { by, edit } of specOptions(plan, config, place)) {
    spec = edit(spec);
    const changed = specFields(spec);
    for (const { path, after } of diffFields(fields, changed)) {
      origins.delete(path); // so that the last one who set something comes last
      (after === undefined ? removed : origins).set(path, by);
    }
    fields = changed;
  }
  return new DescribedSpec(spec, userOf(plan, config), origins, removed, laterFields(plan, place));
}

/** What steps mount that is made with the container. */
function laterFields(plan: ContainerPlan, { edits }: SpecPlace): SpecField[] {
  return plan.steps.flatMap((step) => {
    if (!step.make || step.at === undefined || step.edit || edits.has(step)) return [];
    const path = `mounts[${JSON.stringify(step.at)}].source`;
    return { path, value: `at creation: ${step.shows}`, by: step.by };
  });
}
