/**
 * Scopes of access tokens: `repository:NAME:ACTION,ACTION` (Docker registry token authentication).
 *
 * @module
 */

/** What may be done with a repository. */
export type RepositoryAction = "pull" | "push" | "delete";

/** The scope for a repository: `repository:library/alpine:pull`. */
export function repositoryScope(
  name: string,
  actions: readonly RepositoryAction[],
): string {
  return `repository:${name}:${actions.join(",")}`;
}

/** The scope for the list of all repositories. */
export const CATALOG_SCOPE = "registry:catalog:*";

/**
 * Brings scopes into one form, so that equal ones are equal as text: one for each resource, with
 * its actions merged, both sorted.
 *
 * @param scopes Each may hold several, divided by spaces.
 */
export function mergeScopes(scopes: Iterable<string>): string[] {
  const actionsOf = new Map<string, Set<string>>();
  for (const text of scopes) {
    for (const scope of text.split(" ").filter((part) => part !== "")) {
      const colon = scope.lastIndexOf(":");
      const resource = colon < 0 ? scope : scope.slice(0, colon);
      const actions = actionsOf.get(resource) ?? new Set();
      actionsOf.set(resource, actions);
      if (colon < 0) continue;
      for (const action of scope.slice(colon + 1).split(",")) {
        if (action !== "") actions.add(action);
      }
    }
  }
  return [...actionsOf].map(([resource, actions]) =>
    actions.size === 0 ? resource : `${resource}:${[...actions].sort().join(",")}`
  ).sort();
}
