/**
 * What is known of the containers that are on networks now: the files that hosts files are made of,
 * in nerdctl's form, whoever made the container.
 *
 * @module
 */
import type { Context } from "../context.ts";
import type { NetworkPlace } from "./place.ts";
import { namesIn } from "./store.ts";

/** A container that is on networks. */
export interface ContainerMeta {
  /** Its namespace. */
  readonly namespace: string;
  /** Its id. */
  readonly id: string;
  /** What its file says. */
  readonly file: MetaFile;
}

/** What such a file says, as far as it is looked at. */
export interface MetaFile {
  /** The host name inside. */
  readonly Hostname?: string;
  /** The domain name inside. */
  readonly Domainname?: string;
  /** Its name. */
  readonly Name?: string;
  /** Further names, by network. */
  readonly Aliases?: Readonly<Record<string, readonly string[]>>;
  /** What the plugins of each network have answered. */
  readonly Networks?: Readonly<Record<string, CniResult>>;
}

/** What plugins answer. */
export interface CniResult {
  /** What they made, inside and outside. */
  readonly interfaces?: readonly {
    readonly name?: string;
    readonly mac?: string;
    readonly sandbox?: string;
  }[];
  /** Addresses, with the lengths of their prefixes. */
  readonly ips?: readonly { readonly address?: string }[];
}

/** The containers that are on networks, of all namespaces: a network may be for all. */
export async function readMetas(context: Context, place: NetworkPlace): Promise<ContainerMeta[]> {
  const { host } = context.session;
  const root = `${place.store}/etchosts`;
  const found: ContainerMeta[] = [];
  for (const namespace of await namesIn(host, root)) {
    for (const id of await namesIn(host, `${root}/${namespace}`)) {
      const path = `${root}/${namespace}/${id}/meta.json`;
      if (!await host.lstat(path)) continue;
      try {
        const file: unknown = JSON.parse(new TextDecoder().decode(await host.readFile(path)));
        if (typeof file === "object" && file !== null) found.push({ namespace, id, file });
      } catch (error) {
        // It was removed just now, or is somebody else's.
        const gone = error instanceof SyntaxError || error instanceof Deno.errors.NotFound;
        if (!gone) throw error;
      }
    }
  }
  return found;
}

/** The interface inside the container, of what plugins made. */
export function insideOf(
  result: CniResult,
): NonNullable<CniResult["interfaces"]>[number] | undefined {
  return result.interfaces?.find(({ sandbox }) => sandbox);
}
