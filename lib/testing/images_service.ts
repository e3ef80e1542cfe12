/**
 * The images of the fake.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import {
  ImageCreateSchema,
  ImageDeleteSchema,
  ImageUpdateSchema,
} from "../gen/containerd/events/image_pb.ts";
import { type Image, type Images, ImageSchema } from "../gen/containerd/services/images_pb.ts";
import type { Descriptor } from "../gen/containerd/types/descriptor_pb.ts";
import { StatusCode } from "../rpc/wire_error.ts";
import { labelAt, matcherOf, textField } from "./filter_match.ts";
import { collectGarbage } from "./garbage.ts";
import type { ServiceHandlers } from "./router.ts";
import { type FakeState, now } from "./state.ts";
import { alreadyExists, invalidArgument, notFound, required, status } from "./status.ts";
import { checkLabelSizes, digestFault, updateLabels, withoutEmpty } from "./validate.ts";

/** `containerd.services.images.v1.Images`. */
export function imagesService(state: FakeState): ServiceHandlers<typeof Images> {
  return {
    get: ({ name }, call) => {
      const image = state.peek(call.namespace).images.get(name);
      if (!image) throw notFound(`image "${name}"`);
      return { image };
    },
    list: ({ filters }, call) => {
      const matches = matcherOf(filters, fieldOf);
      return { images: sorted(state.peek(call.namespace).images).filter(matches) };
    },
    create: ({ image: given, sourceDateEpoch }, call) => {
      const { namespace } = call;
      const { name, labels, target } = required(given, "image");
      checkName(name);
      const valid = { name, labels, target: required(target, "image.target") };
      checkImage(valid);
      const { images } = state.open(namespace);
      if (images.has(name)) throw alreadyExists(`image "${name}"`);
      const at = sourceDateEpoch ?? now();
      const kept = withoutEmpty(labels);
      const image = create(ImageSchema, { ...valid, labels: kept, createdAt: at, updatedAt: at });
      images.set(name, image);
      state.events.publish(namespace, "/images/create", ImageCreateSchema, { name, labels });
      return { image };
    },
    update: ({ image: given, updateMask, sourceDateEpoch }, call) => {
      const { namespace } = call;
      const { name, labels, target: newTarget } = required(given, "image");
      checkName(name);
      const old = state.peek(namespace).images.get(name);
      if (!old) throw notFound(`image "${name}"`);
      const target = required(newTarget, "image.target");
      const changed = changedImage(old, { labels, target }, updateMask?.paths ?? []);
      checkImage(changed);
      const image = create(ImageSchema, { ...changed, updatedAt: sourceDateEpoch ?? now() });
      state.open(namespace).images.set(name, image);
      state.events.publish(namespace, "/images/update", ImageUpdateSchema, {
        name,
        labels: image.labels,
      });
      return { image };
    },
    delete: ({ name, sync, target }, call) => {
      const { namespace } = call;
      const { images } = state.peek(namespace);
      const image = images.get(name);
      if (!image) throw notFound(`image "${name}"`);
      const digest = image.target?.digest ?? "";
      // Older daemons do not know the field, and delete.
      if (target && target.digest !== digest && state.atLeast(2, 0)) {
        throw notFound(`image "${name}" has target ${digest}, not ${target.digest}`);
      }
      images.delete(name);
      state.events.publish(namespace, "/images/delete", ImageDeleteSchema, { name });
      if (sync) collectGarbage(state);
      return {};
    },
  };
}

/** Things by name, as the database holds them. */
export function sorted<T>(things: ReadonlyMap<string, T>): T[] {
  return [...things].sort(([a], [b]) => a < b ? -1 : 1).map(([, thing]) => thing);
}

function checkName(name: string): void {
  if (name === "") throw status(StatusCode.InvalidArgument, "Image.Name required");
}

function checkImage({ labels, target }: { labels: Image["labels"]; target?: Descriptor }): void {
  checkLabelSizes(labels, "image.Labels");
  const { digest = "", mediaType = "", size = 0n } = target ?? {};
  const fault = digestFault(digest);
  if (fault) throw invalidArgument(`Target.Digest "${digest}" invalid: ${fault}`);
  if (size <= 0n) throw invalidArgument("Target.Size must be greater than zero");
  if (mediaType === "") throw invalidArgument("Target.MediaType must be set");
}

function changedImage(
  old: Image,
  given: { labels: Image["labels"]; target: Descriptor },
  paths: readonly string[],
): Image {
  const refuse = (path: string) =>
    invalidArgument(`cannot update "${path}" field on image "${old.name}"`);
  if (paths.length === 0) {
    return { ...old, target: given.target, labels: withoutEmpty(given.labels) };
  }
  const image = { ...old };
  for (const path of paths) {
    if (path === "target") {
      image.target = given.target;
    } else if (path === "annotations") {
      if (image.target) {
        image.target = { ...image.target, annotations: given.target.annotations };
      }
    } else if (path.startsWith("annotations.") && image.target) {
      const key = path.slice("annotations.".length);
      const annotations = {
        ...image.target.annotations,
        [key]: given.target.annotations[key] ?? "",
      };
      image.target = { ...image.target, annotations };
    } else {
      image.labels = updateLabels(image.labels, given.labels, [path], refuse);
    }
  }
  return image;
}

function fieldOf(image: Image, path: readonly string[]): string | undefined {
  const [first, ...rest] = path;
  if (first === "name") return textField(image.name);
  if (first === "target" && rest[0] === "digest") return textField(image.target?.digest);
  if (first === "target" && rest[0] === "mediatype") return textField(image.target?.mediaType);
  if (first === "labels") return labelAt(image.labels, rest);
  if (first === "annotations") return labelAt(image.target?.annotations ?? {}, rest);
  return undefined;
}
