/**
 * How images are printed.
 *
 * @module
 */
import type { Image } from "../../core/image/image.ts";
import { layerSteps } from "../../core/image/history.ts";
import type { ResolvedImage } from "../../core/image/resolve.ts";
import { formatPlatform } from "../../oci/platform.ts";
import { familiarForm } from "../../oci/reference.ts";
import { type Grid, labelLines } from "../card.ts";
import { count, formatAge, formatSize } from "../human.ts";
import { defineKind, type Kind } from "../kind.ts";
import { pad } from "../width.ts";

/** What is known of images beyond their records, found out while they are listed. */
const resolved = new WeakMap<Image, ResolvedImage>();

/** How many images a list looks into: two small reads each. */
const LOOK_INTO = 200;

/** Finds out what the table shows besides the records; what cannot be read is left out. */
export async function lookInto(images: readonly Image[]): Promise<void> {
  await Promise.all(
    images.slice(0, LOOK_INTO).map(async (image) => {
      const found = await image.resolve().catch(() => undefined);
      if (found) resolved.set(image, found);
    }),
  );
}

function platform(image: Image): string {
  const config = resolved.get(image)?.config;
  if (!config) return "";
  const { os = "", architecture = "", variant } = config;
  return formatPlatform({ os, architecture, ...(variant ? { variant } : {}) });
}

function size(image: Image): string {
  const layers = resolved.get(image)?.manifest.layers;
  return layers ? formatSize(layers.reduce((sum, layer) => sum + layer.size, 0)) : "";
}

/** Images. */
export const IMAGES: Kind<Image> = defineKind<Image>({
  name: "image",
  columns: [
    {
      title: "NAME",
      value: ({ name }) => familiarForm(name),
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 16,
      cut: "start",
    },
    { title: "SIZE", value: size, align: "right", drop: 1 },
    { title: "PLATFORM", value: platform, drop: 3 },
    { title: "AGE", value: ({ updatedAt }) => formatAge(updatedAt), align: "right", drop: 2 },
    {
      title: "DIGEST",
      value: ({ digest }) => hexOf(digest),
      paint: (text, _, ink) => ink.dim(text),
      drop: 4,
    },
  ],
  card: (image) => {
    const found = resolved.get(image);
    const run = found?.config.config;
    const layers = found?.manifest.layers.length;
    return {
      kind: "image",
      title: familiarForm(image.name),
      facts: [
        ["digest", image.digest],
        ["platform", platform(image)],
        ["size", found && `${size(image)} in ${count(layers ?? 0, "layer")}`],
        ["built", formatAge(found?.config.created ? new Date(found.config.created) : undefined)],
        ["updated", formatAge(image.updatedAt)],
        ["entrypoint", run?.Entrypoint?.map(word).join(" ")],
        ["command", run?.Cmd?.map(word).join(" ")],
        ["user", run?.User],
        ["cwd", run?.WorkingDir],
        ["env", run?.Env],
        ["layers", found && layerTree(found)],
        ["labels", labelLines(image.labels)],
      ],
    };
  },
});

/** How many layers a card shows. */
const SHOWN_LAYERS = 24;

/** The layers of an image, each on the one before it: size, digest and what made it. */
export function layerTree(image: Pick<ResolvedImage, "config" | "manifest">): Grid {
  const layers = layerSteps(image).flatMap(({ layer, step }) => layer ? { layer, step } : []);
  const sizes = layers.map(({ layer }) => formatSize(layer.size));
  const width = Math.max(0, ...sizes.map((text) => text.length));
  const rows = layers.map(({ layer, step }, at) => [
    `${at === layers.length - 1 ? "└─" : "├─"} ${hexOf(layer.digest)}`,
    pad(sizes[at]!, width, "right"),
    madeBy(step?.created_by ?? step?.comment ?? ""),
  ]);
  const more = rows.length - SHOWN_LAYERS;
  // The base and what was done last tell most.
  if (more > 1) {
    const half = SHOWN_LAYERS / 2;
    rows.splice(half, more, ["│", "", `… ${count(more, "more layer")}`]);
  }
  return { rows };
}

/** A command of an image's history as people write it, without what builders put around it. */
export function madeBy(command: string): string {
  return command.replace(/\s+# buildkit$/, "").replace(/^\/bin\/sh -c #\(nop\)\s+/, "")
    .replace(/^(RUN )?(\|\d+ .*)?\/bin\/sh -c /, "RUN ").replace(/\s+/g, " ").trim();
}

const hexOf = (digest: string): string => digest.replace(/^[^:]*:/, "").slice(0, 12);

/** A word of a command, quoted where that tells more. */
export function word(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : JSON.stringify(text);
}
