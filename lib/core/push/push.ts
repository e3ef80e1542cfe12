/**
 * Pushes images to registries.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Platform } from "../../oci/platform.ts";
import { parseReference, Reference } from "../../oci/reference.ts";
import type { Registry, RegistryOptions } from "../../registry/registry.ts";
import type { SignOptions } from "../../trust/sign.ts";
import type { Context } from "../context.ts";
import type { OnImageProgress } from "../image/progress.ts";
import { viaOf } from "../pull/pull.ts";
import { planPush } from "./plan.ts";

/** Options of {@linkcode pushImage}. */
export interface PushOptions {
  /**
   * The platforms to push, all by default. One alone is pushed as its manifest; several, but not
   * all, as an index that lists no others, so that the digest is another one than the image's.
   */
  platforms?: readonly Platform[];
  /**
   * Who talks to the registry: `"transfer"`: the daemon (containerd 2.0), from its machine;
   * `"client"`: this process, which also links blobs from other repositories of the registry.
   * @default the daemon where it can, and where `registry` asks for nothing that it cannot do
   */
  via?: "transfer" | "client";
  /** How to find the registry and prove who asks; or a client for it, which implies `"client"`. */
  registry?: RegistryOptions | Registry;
  /** Signs what was pushed, by this process. */
  sign?: Omit<SignOptions, "signal">;
  /**
   * How many blobs are sent at once by this process; more are asked about, and waited for.
   * @default 3
   */
  parallel?: number;
  /** Told how far it is. What it throws ends the push. */
  onProgress?: OnImageProgress;
  /** Ends the push; the registry does not know the name then, or knows it as before. */
  signal?: AbortSignal;
}

/** What a push brought to the registry. */
export interface PushedImage {
  /** Where it is. */
  readonly reference: string;
  /** What the name stands for there: the image's own target, or what was left of it. */
  readonly descriptor: Descriptor;
}

/**
 * Pushes an image: blobs, then manifests, then indexes, the name last. What the registry has is not
 * sent again.
 *
 * @param image The image: its name and target.
 * @param reference Where to; the image's name by default.
 * @throws {MissingContentError} When blobs of a platform are not in the store: nothing was sent.
 * @throws {DavitError} `unauthenticated`, `permission_denied`, `unavailable`… when the registry does
 * not take it.
 */
export function pushImage(
  context: Context,
  image: PushSource,
  reference: string | Reference | undefined,
  options: PushOptions = {},
): Promise<PushedImage> {
  return context.session.whileOpen(options, (options) => push(context, image, reference, options));
}

/** What is pushed. */
interface PushSource {
  readonly name: string;
  readonly target: Descriptor;
}

async function push(
  context: Context,
  image: PushSource,
  reference: string | Reference | undefined,
  options: PushOptions,
): Promise<PushedImage> {
  const { parallel = 3, platforms, signal } = options;
  const to = reference instanceof Reference ? reference : parseReference(reference ?? image.name);
  if (platforms?.length === 0) {
    throw new InvalidArgumentError('Cannot push: "platforms" is empty; leave it out, or name one');
  }
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw new InvalidArgumentError(
      `Cannot push "${to}": "parallel" is ${parallel}; it must be a whole number from 1 on`,
    );
  }
  if (options.sign) {
    // A key that cannot be used is told before anything is sent.
    const { PrivateKey } = await import("../../trust/private_key.ts");
    await PrivateKey.parse(options.sign.key, options.sign.password);
  }
  const via = await viaOf(context, `push "${to}"`, options);
  const plan = await planPush(context, image, platforms ?? "all", signal);
  if (to.digest !== undefined && to.digest !== plan.root.digest) {
    throw new InvalidArgumentError(
      `Cannot push image "${image.name}" as "${to}": its digest is "${plan.root.digest}"; give a ` +
        "tag alone",
    );
  }
  if (via === "client") {
    const { pushByClient } = await import("./client.ts");
    await pushByClient(context, to, plan, options);
  } else {
    const { pushByTransfer } = await import("./transfer.ts");
    await pushByTransfer(context, image, to, plan, options);
  }
  if (options.sign) await signPushed(to.withDigest(plan.root.digest), options.sign, options);
  return { reference: to.toString(), descriptor: plan.root };
}

async function signPushed(
  reference: Reference,
  sign: Omit<SignOptions, "signal">,
  { registry: given, signal }: PushOptions,
): Promise<void> {
  const [{ signImage }, { usingRegistry }] = await Promise.all([
    import("../../trust/sign.ts"),
    import("../../registry/using.ts"),
  ]);
  await usingRegistry(given, async (registry) => {
    await signImage(registry, reference, { ...sign, ...(signal ? { signal } : {}) });
  });
}
