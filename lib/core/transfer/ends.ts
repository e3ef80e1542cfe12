/**
 * Where a transfer comes from and goes to: an image of the namespace, an archive, a registry.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { packMessage } from "../../api/any.ts";
import { ProtocolError } from "../../errors/errors.ts";
import {
  ImageExportStreamSchema,
  ImageImportStreamSchema,
} from "../../gen/containerd/transfer/archive_pb.ts";
import { ImageStoreSchema } from "../../gen/containerd/transfer/image_store_pb.ts";
import {
  AuthRequestSchema,
  AuthResponseSchema,
  AuthType,
  OCIRegistrySchema,
} from "../../gen/containerd/transfer/registry_pb.ts";
import type { Platform } from "../../oci/platform.ts";
import type { MessageStream } from "./streaming.ts";
import { receiveBytes, sendBytes } from "./streaming_bytes.ts";
import { TarEnd } from "./tar.ts";

/** An image of the namespace, or where to put one. */
export interface TransferImage {
  /** The image's name; a prefix or empty for archives that name their images themselves. */
  readonly name: string;
  /** Labels of a new image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Platforms to fetch; all by default. */
  readonly platforms?: readonly Platform[];
  /** Fetches manifests and configurations of platforms that are left out, too. */
  readonly allMetadata?: boolean;
  /** How many manifests of an index to fetch at most; 0 for all. */
  readonly manifestLimit?: number;
  /** More names for it, and rules for the names of an archive's images. */
  readonly references?: readonly {
    readonly name: string;
    /** `name` is a prefix: images of an archive get it in front of their tag. */
    readonly isPrefix?: boolean;
    /** An image that has the name is replaced. */
    readonly allowOverwrite?: boolean;
    /** The digest is appended. */
    readonly addDigest?: boolean;
    /** None with a digest for images that have a name. */
    readonly skipNamedDigest?: boolean;
  }[];
  /** What to unpack it for; nothing by default. */
  readonly unpack?: readonly { readonly platform?: Platform; readonly snapshotter?: string }[];
}

/** A registry, asked by the daemon itself: from its machine, with its certificates and mirrors. */
export interface TransferRegistry {
  /** The image's full name, such as `"docker.io/library/alpine:3.20"`. */
  readonly reference: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The folder of `hosts.toml` files on the daemon's machine (containerd 2.0). */
  readonly hostDir?: string;
  /** `"http"` for registries without TLS. */
  readonly scheme?: "http" | "https";
  /**
   * Called when the registry wants to know who asks.
   *
   * @returns What to answer; `undefined` to go on as nobody.
   */
  readonly credentials?: (
    question: { host: string; reference: string; challenges: readonly string[] },
  ) => TransferCredentials | undefined | Promise<TransferCredentials | undefined>;
}

/** Who asks a registry. */
export interface TransferCredentials {
  /** The user's name; empty for an identity token in `secret`. */
  readonly username: string;
  /** A password or a token. */
  readonly secret: string;
}

/** Where a transfer comes from. */
export type TransferSource =
  | { readonly image: TransferImage }
  | { readonly registry: TransferRegistry }
  /** A tar of images, uncompressed or as its `mediaType` says. */
  | {
    readonly archive: AsyncIterable<Uint8Array>;
    readonly mediaType?: string;
    /** Layers that are not compressed are. */
    readonly compress?: boolean;
  };

/** Where a transfer goes. */
export type TransferDestination =
  | { readonly image: TransferImage }
  | { readonly registry: TransferRegistry }
  /** Takes a tar of images; closed at its end, aborted on failure. */
  | {
    readonly archive: WritableStream<Uint8Array>;
    /** Which platforms of an index; the daemon's own by default. */
    readonly platforms?: readonly Platform[] | "all";
    /** Leaves out the `manifest.json` that Docker wants. */
    readonly ociOnly?: boolean;
    /** Leaves out layers that must not be given away. */
    readonly skipForeignLayers?: boolean;
  };

/** What a transfer does for its ends. */
export interface Attendant {
  /**
   * Opens a stream and has `work` serve it.
   *
   * @param lasting Whether the transfer has to wait for the end of `work`.
   * @returns The stream's id.
   */
  serve(work: (stream: MessageStream) => Promise<unknown>, lasting?: "lasting"): Promise<string>;
  /** Has `settle` called when the transfer is over, with the error if it failed. */
  finally(settle: (failure: { error: unknown } | undefined) => Promise<void>): void;
}

/** A source as the daemon wants it. */
export async function packSource(source: TransferSource, attendant: Attendant): Promise<Any> {
  if ("image" in source) return packImage(source.image);
  if ("registry" in source) return await packRegistry(source.registry, attendant);
  const { archive, mediaType, compress } = source;
  return packMessage(ImageImportStreamSchema, {
    stream: await attendant.serve((stream) => sendBytes(stream, archive)),
    mediaType: mediaType ?? "",
    forceCompress: compress ?? false,
  });
}

/** A destination as the daemon wants it. */
export async function packDestination(
  destination: TransferDestination,
  attendant: Attendant,
): Promise<Any> {
  if ("image" in destination) return packImage(destination.image);
  if ("registry" in destination) return await packRegistry(destination.registry, attendant);
  const { archive, platforms, ociOnly, skipForeignLayers } = destination;
  const writer = archive.getWriter();
  attendant.finally(async (failure) => {
    if (failure) await writer.abort(failure.error).catch(() => {/* it failed by itself */});
    else await writer.close();
    writer.releaseLock();
  });
  const stream = await attendant.serve(async (stream) => {
    const tar = new TarEnd();
    // The daemon leaves the stream open, and says that it is done before all has arrived.
    for await (const bytes of receiveBytes(stream)) {
      tar.push(bytes);
      await writer.write(bytes);
      if (tar.reached) return;
    }
    throw new ProtocolError("Cannot receive the archive: it ended too early");
  }, "lasting");
  return packMessage(ImageExportStreamSchema, {
    stream,
    platforms: platforms === "all" ? [] : platformMessages(platforms ?? []),
    allPlatforms: platforms === "all",
    skipCompatibilityManifest: ociOnly ?? false,
    skipNonDistributable: skipForeignLayers ?? false,
  });
}

function packImage(image: TransferImage): Any {
  const { name, labels, platforms, allMetadata, manifestLimit, references, unpack } = image;
  return packMessage(ImageStoreSchema, {
    name,
    labels: { ...labels },
    platforms: platformMessages(platforms ?? []),
    allMetadata: allMetadata ?? false,
    manifestLimit: manifestLimit ?? 0,
    extraReferences: (references ?? []).map((reference) => ({ ...reference })),
    unpacks: (unpack ?? []).map(({ platform, snapshotter }) => ({
      ...(platform ? { platform: platformMessages([platform])[0]! } : {}),
      snapshotter: snapshotter ?? "",
    })),
  });
}

async function packRegistry(
  registry: TransferRegistry,
  attendant: Attendant,
): Promise<Any> {
  const { reference, headers, hostDir, scheme, credentials } = registry;
  const authStream = credentials
    ? await attendant.serve((stream) => answerQuestions(stream, credentials))
    : "";
  return packMessage(OCIRegistrySchema, {
    reference,
    resolver: {
      authStream,
      headers: { ...headers },
      hostDir: hostDir ?? "",
      defaultScheme: scheme ?? "",
    },
  });
}

async function answerQuestions(
  stream: MessageStream,
  credentials: NonNullable<TransferRegistry["credentials"]>,
): Promise<void> {
  while (true) {
    const question = await stream.receive(AuthRequestSchema);
    if (!question) return;
    const { host, reference, wwwauthenticate: challenges } = question;
    const answer = await credentials({ host, reference, challenges });
    const response: MessageInitShape<typeof AuthResponseSchema> = answer
      ? { authType: AuthType.CREDENTIALS, username: answer.username, secret: answer.secret }
      : { authType: AuthType.NONE };
    stream.send(AuthResponseSchema, response);
  }
}

function platformMessages(platforms: readonly Platform[]) {
  return platforms.map(({ os, architecture, variant }) => ({
    os,
    architecture,
    variant: variant ?? "",
  }));
}
