/**
 * Filters of containerd's list and subscribe calls, built from data so that no value can break
 * out: `labels."a.b/c"=="x",name~="^web"`.
 *
 * Source: containerd, pkg/filters. A list of filters means OR; the terms of one filter mean AND.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** A condition on one field. Without a comparison, the field must be there. */
export interface FilterTerm {
  /**
   * The field: a name, names joined by dots (`target.digest`), or a list of path parts when one has
   * dots or slashes in it: `["labels", "containerd.io/gc.root"]`.
   */
  field: string | readonly string[];
  /** It has this value. */
  is?: string;
  /** It has another value, or none. */
  isNot?: string;
  /** It matches this regular expression, in Go's RE2 syntax. */
  matches?: string;
}

/**
 * Prints a filter. All terms must hold.
 *
 * @throws {InvalidArgumentError} When there is no term, a field is empty, or a term has more than
 * one comparison.
 *
 * @example
 * ```ts
 * import { formatFilter } from "@davit/sdk/oci";
 *
 * formatFilter({ field: ["labels", "app.kubernetes.io/name"], is: "web" });
 * // labels."app.kubernetes.io/name"=="web"
 * ```
 */
export function formatFilter(...terms: readonly FilterTerm[]): string {
  if (terms.length === 0) {
    throw new InvalidArgumentError("Cannot make a filter: it has no terms; leave the filter out");
  }
  return terms.map(formatTerm).join(",");
}

/** A filter for labels: every one given must have the value given; `true` means any value. */
export function labelFilter(labels: Readonly<Record<string, string | true>>): string {
  return formatFilter(
    ...Object.entries(labels).map(([key, value]) => ({
      field: ["labels", key],
      ...(value !== true && { is: value }),
    })),
  );
}

function formatTerm(term: FilterTerm): string {
  const parts = typeof term.field === "string" ? term.field.split(".") : term.field;
  if (parts.length === 0 || parts.includes("")) {
    throw new InvalidArgumentError(
      `Cannot filter by ${JSON.stringify(term.field)}: a field needs a name`,
    );
  }
  const field = parts.map((part) => /^[A-Za-z][A-Za-z0-9_]*$/.test(part) ? part : quoted(part))
    .join(".");
  const comparisons = [["==", term.is], ["!=", term.isNot], ["~=", term.matches]] as const;
  const [first, ...more] = comparisons.flatMap(([operator, value]) =>
    value === undefined ? [] : [operator + quoted(value)]
  );
  if (more.length > 0) {
    throw new InvalidArgumentError(
      `Cannot filter by "${field}": give one of is, isNot and matches; use two terms for more`,
    );
  }
  return field + (first ?? "");
}

/** JSON's escapes are a subset of Go's, which the daemon reads. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
