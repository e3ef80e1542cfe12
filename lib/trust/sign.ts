/**
 * Signs images.
 *
 * @module
 */
import { DavitError, InvalidArgumentError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { type ImageManifest, parseManifest } from "../oci/manifest.ts";
import { isManifest, OCI } from "../oci/media_types.ts";
import { parseReference, Reference } from "../oci/reference.ts";
import type { Registry } from "../registry/registry.ts";
import {
  BUNDLE_TYPE,
  envelopeData,
  makeBundle,
  makePayload,
  makeStatement,
  PAYLOAD_TYPE,
  SIGN_PREDICATE,
  SIGNATURE_ANNOTATION,
  SIGNATURE_ARTIFACT,
  signatureTag,
} from "./formats.ts";
import { PrivateKey } from "./private_key.ts";

/** How an image is signed. */
export interface SignOptions {
  /** The private key as PEM: a `cosign.key`, or one of OpenSSL or `generateKeyPair()`. */
  key: string;
  /** What the key is encrypted with. */
  password?: string;
  /**
   * Where the signature goes: `"tag"`: under the tag `sha256-….sig`, which every version of cosign
   * looks at; `"artifact"`: an artifact that refers to the image; `"bundle"`: a sigstore bundle that
   * does, as cosign 3 makes it.
   * @default "tag"
   */
  as?: "tag" | "artifact" | "bundle";
  /** What the signature says besides. */
  annotations?: Readonly<Record<string, string>>;
  /** Ends it. */
  signal?: AbortSignal;
}

/** A signature that is in the registry. */
export interface ImageSignature {
  /** The image that was signed. */
  readonly reference: string;
  /** What of it was signed: the index or manifest that the reference stands for. */
  readonly subject: Descriptor;
  /** The manifest that has the signature. */
  readonly descriptor: Descriptor;
}

/**
 * Signs what a reference stands for, and pushes the signature to its repository. No transparency log
 * is told.
 *
 * @param reference The image; with a digest, that very one is signed.
 * @throws {DavitError} `unauthenticated`, when the key's password is wrong or missing.
 * @throws {PullError} When the registry does not know the image.
 *
 * @example
 * ```ts
 * import { Registry } from "@davit/sdk/registry";
 * import { signImage } from "@davit/sdk/trust";
 *
 * await using registry = new Registry();
 * await signImage(registry, "registry.example.com/app:1", {
 *   key: await Deno.readTextFile("cosign.key"),
 *   password: Deno.env.get("COSIGN_PASSWORD"),
 * });
 * ```
 */
export async function signImage(
  registry: Registry,
  reference: string | Reference,
  options: SignOptions,
): Promise<ImageSignature> {
  const { key: pem, password, as = "tag", annotations, signal } = options;
  const parsed = reference instanceof Reference ? reference : parseReference(reference);
  const key = await PrivateKey.parse(pem, password);
  const { descriptor } = await registry.resolve(parsed, { signal });
  const { mediaType, digest, size } = descriptor;
  const subject = { mediaType, digest, size };
  const work = new Signer(registry, parsed, subject, key, annotations, signal);
  switch (as) {
    case "tag":
      return work.done(await work.tag());
    case "artifact":
      return work.done(await work.artifact());
    case "bundle":
      return work.done(await work.bundle());
    default:
      throw new InvalidArgumentError(
        `Cannot sign "${parsed}" as ${JSON.stringify(as)}; known are "tag", "artifact", "bundle"`,
      );
  }
}

class Signer {
  readonly #registry: Registry;
  readonly #reference: Reference;
  readonly #subject: Descriptor;
  readonly #key: PrivateKey;
  readonly #annotations: Readonly<Record<string, string>> | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(
    registry: Registry,
    reference: Reference,
    subject: Descriptor,
    key: PrivateKey,
    annotations: Readonly<Record<string, string>> | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#registry = registry;
    this.#reference = reference;
    this.#subject = subject;
    this.#key = key;
    this.#annotations = annotations;
    this.#signal = signal;
  }

  done(descriptor: Descriptor): ImageSignature {
    return { reference: this.#reference.toString(), subject: this.#subject, descriptor };
  }

  /** Adds to the signatures that are under the tag. Two signers at once may lose one. */
  async tag(): Promise<Descriptor> {
    const to = this.#reference.withTag(signatureTag(this.#subject.digest));
    const before = await this.#layersOf(to);
    const layers = [...before, await this.#payload()];
    const config = await this.#blob(
      encode({
        architecture: "",
        os: "",
        config: {},
        rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
      }),
      OCI.config,
    );
    return await this.#manifest(to, { config, layers });
  }

  async artifact(): Promise<Descriptor> {
    const layers = [await this.#payload()];
    const config = await this.#blob(encode({}), SIGNATURE_ARTIFACT);
    const artifactType = SIGNATURE_ARTIFACT;
    return await this.#manifest(undefined, {
      artifactType,
      config,
      layers,
      subject: this.#subject,
    });
  }

  async bundle(): Promise<Descriptor> {
    const statement = makeStatement(this.#subject.digest, this.#annotations);
    const signature = await this.#key.sign(envelopeData(statement));
    const bundle = makeBundle(statement, signature, this.#key.hint);
    return await this.#manifest(undefined, {
      artifactType: BUNDLE_TYPE,
      config: await this.#blob(encode({}), OCI.empty),
      layers: [await this.#blob(bundle, BUNDLE_TYPE)],
      subject: this.#subject,
      annotations: {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": SIGN_PREDICATE,
      },
    });
  }

  async #payload(): Promise<Descriptor> {
    const payload = makePayload(this.#reference.name, this.#subject.digest, this.#annotations);
    const signature = await this.#key.sign(payload);
    return {
      ...await this.#blob(payload, PAYLOAD_TYPE),
      annotations: { [SIGNATURE_ANNOTATION]: signature.toBase64() },
    };
  }

  async #layersOf(tag: Reference): Promise<readonly Descriptor[]> {
    try {
      const found = await this.#registry.manifest(tag, { signal: this.#signal });
      return isManifest(found.descriptor.mediaType) ? parseManifest(found.bytes).layers : [];
    } catch (error) {
      if (error instanceof DavitError && error.code === "not_found") return [];
      throw error;
    }
  }

  async #blob(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<Descriptor> {
    const descriptor = { mediaType, digest: await digestOf(bytes), size: bytes.length };
    const signal = this.#signal;
    await this.#registry.pushBlob(this.#reference, descriptor, bytes, { signal });
    return descriptor;
  }

  async #manifest(
    to: Reference | undefined,
    parts: Omit<ImageManifest, "schemaVersion" | "mediaType">,
  ): Promise<Descriptor> {
    const manifest: ImageManifest = { schemaVersion: 2, mediaType: OCI.manifest, ...parts };
    const bytes = encode(manifest);
    const target = to ?? `${this.#reference.name}@${await digestOf(bytes)}`;
    const signal = this.#signal;
    const pushed = await this.#registry.pushManifest(target, bytes, OCI.manifest, { signal });
    return pushed.descriptor;
  }
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
