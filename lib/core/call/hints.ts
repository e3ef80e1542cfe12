/**
 * Hints for errors: what was not found here may be in another namespace, as images of Kubernetes
 * are in `k8s.io` and those of nerdctl in `default`.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import { Context } from "../context.ts";

/** A hint must not cost more than this. */
const HINT_TIMEOUT_MS = 500;
const MAX_NAMESPACES = 32;

/**
 * Looks for an image or a container in the other namespaces. Only for errors that are about to be
 * thrown: it asks each of the first 32 namespaces, all at once, within half a second.
 *
 * @param kind What is looked for.
 * @param names What it may be called.
 * @returns Such as `; it is in namespace "k8s.io"`, to end a message with; empty when nowhere.
 */
export async function elsewhereHint(
  context: Context,
  kind: "image" | "container",
  names: readonly string[],
): Promise<string> {
  const options = { timeoutMs: HINT_TIMEOUT_MS };
  try {
    const { namespaces } = await context.session.api().namespaces.list({}, options);
    const others = namespaces.map(({ name }) => name).filter((name) => name !== context.namespace)
      .slice(0, MAX_NAMESPACES);
    const found = await Promise.all(others.map(async (name) => {
      const { containers, images } = new Context(context.session, name).api;
      const has = (wanted: string) =>
        kind === "image"
          ? images.get({ name: wanted }, options)
          : containers.get({ id: wanted }, options);
      return await Promise.any(names.map(has)).then(() => [name], () => []);
    }));
    const [first, ...more] = found.flat();
    if (first === undefined) return "";
    const list = [first, ...more.slice(0, 2)].map((name) => `"${name}"`).join(", ");
    const rest = more.length > 2 ? ` and ${more.length - 2} more` : "";
    return `; it is in namespace${more.length > 0 ? "s" : ""} ${list}${rest}`;
  } catch (error) {
    // The error that the hint was for counts.
    if (error instanceof DavitError) return "";
    throw error;
  }
}
