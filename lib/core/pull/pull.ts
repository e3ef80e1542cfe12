/**
 * Pulls images from registries.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { checkLabels } from "../../oci/names.ts";
import type { Platform } from "../../oci/platform.ts";
import { parseReference, Reference } from "../../oci/reference.ts";
import type { Registry, RegistryOptions } from "../../registry/registry.ts";
import type { VerifyPolicy } from "../../trust/policy.ts";
import type { WantedPlatforms } from "../archive/tree.ts";
import type { Context } from "../context.ts";
import { features } from "../features/features.ts";
import { withinDisk } from "../image/disk_full.ts";
import type { Image } from "../image/image.ts";
import type { OnImageProgress } from "../image/progress.ts";

/** Options of {@linkcode pullImage}. */
export interface PullOptions {
  /** The platform to pull; the daemon's own by default. */
  platform?: Platform;
  /** The platforms to pull, as far as the image is for them; `"all"` for every one it lists. */
  platforms?: readonly Platform[] | "all";
  /**
   * Who talks to the registry: `"transfer"`: the daemon (containerd 2.0), from its machine and under
   * its image verifiers; `"client"`: this process, which image verifiers do not see.
   * @default the daemon where it can, and where `registry` asks for nothing that it cannot do
   */
  via?: "transfer" | "client";
  /**
   * Whether to make snapshots of the layers, for the daemon's platform where it is pulled, and with
   * which snapshotter.
   * @default true
   */
  unpack?: boolean | { snapshotter?: string };
  /** Labels of the image. */
  labels?: Record<string, string>;
  /** How to find the registry and prove who asks; or a client for it, which implies `"client"`. */
  registry?: RegistryOptions | Registry;
  /**
   * Decides whether the image is trusted, before anything of it is fetched: it throws, or returns
   * `false`, where it is not. This process asks the registry what the name stands for, whoever pulls
   * then: that very digest is pulled. `requireSignature()` of `@davit/sdk/trust` makes one.
   */
  verify?: VerifyPolicy;
  /**
   * How many blobs are fetched at once by this process. Pulls that go on at once share 8 of them, or
   * as many as this asks for where that is more. @default 3
   */
  parallel?: number;
  /** Told how far it is. What it throws ends the pull. */
  onProgress?: OnImageProgress;
  /** Ends the pull; nothing is registered then. */
  signal?: AbortSignal;
}

/**
 * Pulls an image. One that has the name already is replaced. What the store has is not fetched
 * again, nor is it when a pull goes on that the network had cut off within the last hour. When this
 * throws, no image was registered.
 *
 * @param reference What to pull: `"alpine:3.20"`, completed as Docker does.
 * @returns The image, under its full name.
 * @throws {PullError} When the registry does not give it: `code` says why.
 * @throws {DigestError} When bytes are not what they should be. They are not kept.
 * @throws {InvalidArgumentError} When the image is for other platforms only, or an option is wrong.
 * @throws {VerificationError} When `verify` refuses it. Nothing was fetched then.
 * @throws {UnsupportedError} For Docker schema 1; for `via: "transfer"` where the daemon has none.
 */
export async function pullImage(
  context: Context,
  reference: string | Reference,
  options: PullOptions = {},
): Promise<Image> {
  const parsed = reference instanceof Reference ? reference : parseReference(reference);
  const { verify } = options;
  const trusted = verify ? await verified(parsed, verify, options) : parsed;
  return await pullTarget(context, trusted, parsed.toString(), options);
}

/** The reference, pinned to what the policy saw. */
async function verified(
  reference: Reference,
  policy: VerifyPolicy,
  { registry: given, onProgress, signal }: PullOptions,
): Promise<Reference> {
  const [{ verifyImage }, { usingRegistry }] = await Promise.all([
    import("../../trust/verify_image.ts"),
    import("../../registry/using.ts"),
  ]);
  onProgress?.({ phase: "verify", name: reference.toString(), current: 0, total: 0 });
  return await usingRegistry(given, async (registry) => {
    const { digest } = await verifyImage(registry, reference, policy, { signal });
    return reference.withDigest(digest);
  });
}

/**
 * Pulls what a reference stands for, under a name that need not be the reference.
 *
 * @param name What the image is called here; taken as it is.
 */
export async function pullTarget(
  context: Context,
  parsed: Reference,
  name: string,
  options: PullOptions,
): Promise<Image> {
  const wanted = wantedOf(context, options);
  checkLabels(options.labels ?? {});
  const { parallel = 3 } = options;
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw new InvalidArgumentError(
      `Cannot pull "${parsed}": "parallel" is ${parallel}; it must be a whole number from 1 on`,
    );
  }
  const what = `pull "${parsed}"`;
  const via = await viaOf(context, what, options);
  const pull = async (options: PullOptions) => {
    if (via === "client") {
      const { pullByClient } = await import("./client.ts");
      return await pullByClient(context, parsed, name, wanted, options);
    }
    const { pullByTransfer } = await import("./transfer.ts");
    return await pullByTransfer(context, parsed, name, wanted, options);
  };
  return await withinDisk(what, () => context.session.whileOpen(options, pull));
}

function wantedOf(context: Context, { platform, platforms }: PullOptions): WantedPlatforms {
  if (platform && platforms) {
    throw new InvalidArgumentError('Cannot pull: give "platform" or "platforms", not both');
  }
  if (platforms?.length === 0) {
    throw new InvalidArgumentError('Cannot pull: "platforms" is empty; leave it out, or name one');
  }
  return platforms ?? [platform ?? context.session.platform];
}

/**
 * Who is to talk to the registry.
 *
 * @param what For messages: `pull "x"`.
 * @throws {InvalidArgumentError} When the daemon is to do what only this process can.
 */
export async function viaOf(
  context: Context,
  what: string,
  options: Pick<PullOptions, "via" | "registry">,
): Promise<"transfer" | "client"> {
  const { via, registry } = options;
  if (via === "client") return via;
  const own = clientOnly(registry);
  if (via === "transfer" && own !== undefined) {
    throw new InvalidArgumentError(
      `Cannot ${what} by the daemon: it knows nothing of ${own}; leave out via: "transfer"`,
    );
  }
  if (via === "transfer") return via;
  if (own !== undefined) return "client";
  return (await features(context.session)).transfer ? "transfer" : "client";
}

/** What of these options only this process can do. */
function clientOnly(registry: RegistryOptions | Registry | undefined): string | undefined {
  if (registry === undefined) return undefined;
  if ("resolve" in registry) return "this Registry";
  const { hosts, hostsDir, timeouts, retry } = registry;
  if (hosts) return "registry.hosts";
  if (timeouts) return "registry.timeouts";
  if (retry) return "registry.retry";
  return typeof hostsDir === "object" && hostsDir.length > 1 ? "several hostsDir" : undefined;
}
