/**
 * Commands about images.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { readFlags } from "./flags.ts";
import { about, call, flags, found, image, only, options, pairs, two } from "./parts.ts";
import type { Command } from "./command.ts";

/** `images` */
export const images: Command = (words) => {
  const given = readFlags(words, flags("-a --all", "-q --quiet", "--no-trunc", "--digests"));
  if (given.words.length > 0) {
    throw new InvalidArgumentError("Cannot translate this: list all, or images.get(NAME)");
  }
  return found([{ get: "images" }, call("list")]);
};

/** `rmi` */
export const removeImage: Command = (words) => {
  const given = readFlags(words, flags("-f --force", "--sync"));
  const args = options({ force: given.on("--force"), sync: given.on("--sync") });
  return found([{ get: "images" }, call("remove", only(given, "image"), args)]);
};

/** `pull` */
export const pull: Command = (words) => {
  const given = readFlags(words, flags("-q --quiet", "--platform="));
  const platform = given.one("--platform");
  const args = options({ platforms: platform === undefined ? undefined : [platform] });
  return found([{ get: "images" }, call("pull", only(given, "image"), args)]);
};

/** `push` */
export const push: Command = about(
  "image",
  (name) => [...image(name), call("push")],
  "-q --quiet",
);

/** `tag` */
export const tag: Command = (words) => {
  const [from, to] = two(readFlags(words, flags("--force")), "an image and a new name");
  return found([{ get: "images" }, call("tag", from, to)]);
};

/** `inspect` of an image */
export const inspectImage: Command = about(
  "image",
  (name) => [...image(name), call("inspect", { format: "docker" })],
);

/** `history` */
export const history: Command = about(
  "image",
  (name) => [...image(name), call("history")],
  "--no-trunc",
  "-q --quiet",
);

/** `save` */
export const save: Command = (words) => {
  const given = readFlags(words, flags("-o --output="));
  const file = given.one("--output");
  if (file === undefined) throw new InvalidArgumentError('Cannot translate this: give "-o FILE"');
  return found([...image(only(given, "image")), call("exportTo", file)]);
};

/** `ctr images export` */
export const exportImage: Command = (words) => {
  const [file, name] = two(readFlags(words, flags("--platform=")), "a file and an image");
  return found([...image(name), call("exportTo", file)]);
};

/** `load` */
export const load: Command = (words) => {
  const given = readFlags(words, flags("-i --input=", "-q --quiet"));
  const file = given.one("--input") ?? given.words[0];
  if (file === undefined) throw new InvalidArgumentError('Cannot translate this: give "-i FILE"');
  return found([{ get: "images" }, call("import", file)]);
};

/** `image prune` */
export const pruneImages: Command = (words) => {
  const given = readFlags(words, flags("-a --all", "-f --force"));
  return found([{ get: "images" }, call("prune", options({ all: given.on("--all") }))]);
};

/** `build` */
export const build: Command = (words) => {
  const given = readFlags(
    words,
    flags(
      "-t --tag=",
      "-f --file=",
      "--target=",
      "--build-arg=",
      "--platform=",
      "-q --quiet",
      "--progress=",
      "--load",
    ),
  );
  const tags = given.all("--tag");
  if (tags.length === 0) throw new InvalidArgumentError('Cannot translate this: give "-t NAME"');
  const platforms = given.all("--platform").flatMap((text) => text.split(","));
  const args = options({
    tags: tags.length === 1 ? tags[0] : tags,
    file: given.one("--file"),
    target: given.one("--target"),
    args: pairs(given.all("--build-arg"), "--build-arg"),
    platforms: platforms.length > 0 ? platforms : undefined,
  });
  return found([{ get: "ns" }, call("buildDockerfile", only(given, "folder"), args)]);
};
