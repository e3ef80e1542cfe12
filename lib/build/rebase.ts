/**
 * Puts what was built on one base onto another one, such as the same with its latest fixes.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import type { Image } from "../core/image/image.ts";
import { Images } from "../core/image/images.ts";
import { underLease } from "../core/lease/leases.ts";
import { FailedPreconditionError } from "../errors/errors.ts";
import type { History, ImageConfig } from "../oci/image_config.ts";
import type { Platform } from "../oci/platform.ts";
import { parseReference } from "../oci/reference.ts";
import { holdLayer } from "./cache.ts";
import { sourceDate } from "./epoch.ts";
import { draftImage, writeManifest } from "../core/image/documents.ts";

/** How an image is rebased. */
export interface RebaseOptions {
  /** The base that the image was built on: an image, or its name. */
  from: Image | string;
  /** The base that it gets. */
  onto: Image | string;
  /** The name of the new image; the image's own by default. */
  tag?: string;
  /** For which platform; the daemon's own by default. */
  platform?: Platform;
  /** Ends it. */
  signal?: AbortSignal;
}

/**
 * Makes an image with the layers of another base and the image's own layers on top. Nothing is run:
 * what commands did with the old base's files stays as it is. The configuration stays the image's
 * own, but variables that it took from the old base are those of the new one.
 *
 * @throws {FailedPreconditionError} When the image does not begin with the old base's layers.
 */
export async function rebase(
  context: Context,
  image: Image | string,
  options: RebaseOptions,
): Promise<Image> {
  const { signal } = options;
  const platform = options.platform ?? context.session.platform;
  return await underLease(context, async (leased) => {
    const images = new Images(leased);
    const find = async (one: Image | string) =>
      typeof one === "string" ? await images.get(one, { signal }) : one;
    const [own, from, onto] = await Promise.all([
      find(image),
      find(options.from),
      find(options.onto),
    ]);
    const [top, old, base] = await Promise.all(
      [own, from, onto].map((one) => one.resolve({ platform, signal })),
    ) as [Resolved, Resolved, Resolved];
    const count = old.config.rootfs.diff_ids.length;
    const begins = old.config.rootfs.diff_ids.every((id, i) =>
      id === top.config.rootfs.diff_ids[i]
    );
    if (!begins) {
      throw new FailedPreconditionError(
        `Cannot rebase "${own.name}": it was not built on "${from.name}", whose layers it does ` +
          "not begin with; pass the base that it was built on",
      );
    }
    const layers = [...base.manifest.layers, ...top.manifest.layers.slice(count)];
    for (const { digest } of layers) await holdLayer(leased, digest, signal);
    const config: ImageConfig = {
      ...top.config,
      created: sourceDate().toISOString().replace(".000Z", "Z"),
      config: {
        ...top.config.config,
        Env: rebasedEnv(
          top.config.config?.Env ?? [],
          old.config.config?.Env ?? [],
          base.config.config?.Env ?? [],
        ),
      },
      rootfs: {
        type: "layers",
        diff_ids: [
          ...base.config.rootfs.diff_ids,
          ...top.config.rootfs.diff_ids.slice(count),
        ],
      },
      history: [...historyOf(base.config), ...ownHistory(top.config, count)],
    };
    const { annotations } = top.manifest;
    const target = await writeManifest(leased, {
      config,
      layers,
      ...(annotations ? { annotations } : {}),
    }, signal);
    const name = options.tag === undefined ? own.name : parseReference(options.tag).toString();
    await draftImage(leased, name, target).unpack({ platform, signal });
    return await new Images(context).set(name, target, { signal });
  });
}

type Resolved = Awaited<ReturnType<Image["resolve"]>>;

/** Variables of the old base are replaced; those that the image set itself stay. */
function rebasedEnv(
  own: readonly string[],
  old: readonly string[],
  base: readonly string[],
): string[] {
  const nameOf = (entry: string) => entry.slice(0, entry.indexOf("="));
  const set = own.filter((entry) => !old.includes(entry));
  const names = new Set(set.map(nameOf));
  return [...base.filter((entry) => !names.has(nameOf(entry))), ...set];
}

/** History with an entry for each layer at least. */
function historyOf({ history = [], rootfs }: ImageConfig): History[] {
  const told = history.filter(({ empty_layer: empty }) => !empty).length;
  const untold = Math.max(0, rootfs.diff_ids.length - told);
  return [...history, ...Array.from({ length: untold }, () => ({ comment: "layer of the base" }))];
}

/** What comes after the first layers. */
function ownHistory(config: ImageConfig, layers: number): History[] {
  const history = historyOf(config);
  let left = layers;
  const at = history.findIndex(({ empty_layer: empty }) => !empty && left-- === 0);
  if (at >= 0) {
    // Settings between the base's last layer and the first own one are the image's own.
    let start = at;
    while (start > 0 && history[start - 1]!.empty_layer && start > layers) start--;
    return history.slice(start);
  }
  return [];
}
