import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DavitError, InvalidArgumentError, UnsupportedError } from "../../lib/errors/errors.ts";
import { PullError, VerificationError } from "../../lib/errors/image_errors.ts";
import { parseManifest } from "../../lib/oci/manifest.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import type { Registry } from "../../lib/registry/registry.ts";
import { BUNDLE_TYPE, PAYLOAD_TYPE, SIGNATURE_ARTIFACT } from "../../lib/trust/formats.ts";
import { PrivateKey } from "../../lib/trust/private_key.ts";
import { PublicKey } from "../../lib/trust/public_key.ts";
import { generateKeyPair, requireSignature, signImage, verifyImage } from "../../lib/trust/mod.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry } from "../harness/registry.ts";
import { asBlob, jsonBlob, makeImage, pushImage, testRegistry } from "../registry/support.ts";
import { openssl, opensslKey, opensslSign, opensslVerify } from "./openssl.ts";

const KINDS = ["ecdsa", "rsa", "ed25519"] as const;
const FORMATS = ["tag", "artifact", "bundle"] as const;

/** An image in a repository of its own. */
async function pushed(registry: Registry, host: string, seed: number) {
  const image = await makeImage(1000, seed);
  const reference = `${host}/signed/${crypto.randomUUID().slice(0, 8)}:1`;
  await pushImage(registry, reference, image);
  return { reference, image };
}

Deno.test("signImage() makes what OpenSSL finds good, and requireSignature() accepts", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  for (const kind of KINDS) {
    const { privateKey: key, publicKey } = await opensslKey(server.dir, kind);
    for (const as of FORMATS) {
      const { reference, image } = await pushed(registry, server.host, 1);
      const policy = requireSignature({ keys: publicKey });
      await assertRejects(
        () => verifyImage(registry, reference, policy),
        VerificationError,
        "it has no signature",
      );
      const signed = await signImage(registry, reference, { key, as, annotations: { a: "b" } });
      const { digest } = image.manifest.descriptor;
      assertEquals(signed.subject.digest, digest);
      assertEquals((await verifyImage(registry, reference, policy)).digest, digest);
      await verifyImage(
        registry,
        reference,
        requireSignature({ keys: publicKey, annotations: { a: "b" } }),
      );
      const error = await assertRejects(
        () =>
          verifyImage(
            registry,
            reference,
            requireSignature({ keys: publicKey, annotations: { a: "c" } }),
          ),
        VerificationError,
        'it says "a" is "b"',
      );
      assertEquals(error.code, "permission_denied");
      assertEquals(error.digest, digest);
      assertEquals(error.reasons.length, 1);

      // The independent judge.
      const found = await registry.manifest(reference, { descriptor: signed.descriptor });
      const [layer] = parseManifest(found.bytes).layers;
      const blob = await registry.blob(reference, layer!);
      const bytes = await new Response(blob.stream).bytes();
      if (as === "bundle") {
        const { dsseEnvelope } = JSON.parse(new TextDecoder().decode(bytes));
        const payload = Uint8Array.fromBase64(dsseEnvelope.payload);
        const text = new TextDecoder().decode(payload);
        const type = dsseEnvelope.payloadType;
        const data = new TextEncoder().encode(
          `DSSEv1 ${type.length} ${type} ${payload.length} ${text}`,
        );
        const signature = Uint8Array.fromBase64(dsseEnvelope.signatures[0].sig);
        assert(await opensslVerify(server.dir, kind, publicKey, signature, data));
        assertEquals(JSON.parse(text).subject[0].digest.sha256, digest.slice(7));
      } else {
        const signature = layer!.annotations!["dev.cosignproject.cosign/signature"]!;
        assert(
          await opensslVerify(server.dir, kind, publicKey, Uint8Array.fromBase64(signature), bytes),
        );
        const { critical } = JSON.parse(new TextDecoder().decode(bytes));
        assertEquals(critical.image["docker-manifest-digest"], digest);
        assertEquals(critical.type, "cosign container image signature");
      }
    }
  }
});

Deno.test("requireSignature() accepts what OpenSSL signed, in each of cosign's forms", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  for (const kind of KINDS) {
    const { privateKey, publicKey } = await opensslKey(server.dir, kind);
    const sign = (data: Uint8Array) => opensslSign(server.dir, kind, privateKey, data);
    const policy = requireSignature({ keys: [(await generateKeyPair()).publicKey, publicKey] });
    for (const form of ["tag", "artifact", "envelope", "message"] as const) {
      const { reference, image } = await pushed(registry, server.host, 2);
      const { descriptor: subject, bytes: manifest } = image.manifest;
      const repository = reference.slice(0, -2);
      const put = async (parts: object, layers: object[], to?: string): Promise<void> => {
        const document = { schemaVersion: 2, mediaType: OCI.manifest, ...parts, layers };
        const { bytes, descriptor } = await jsonBlob(document, OCI.manifest);
        await registry.pushManifest(
          to ?? `${repository}@${descriptor.digest}`,
          bytes,
          OCI.manifest,
        );
      };
      const config = await jsonBlob({}, form === "tag" ? OCI.config : OCI.empty);
      await registry.pushBlob(reference, config.descriptor, config.bytes);
      if (form === "tag" || form === "artifact") {
        const payload = await jsonBlob({
          critical: {
            identity: { "docker-reference": repository },
            image: { "docker-manifest-digest": subject.digest },
            type: "cosign container image signature",
          },
          optional: null,
        }, PAYLOAD_TYPE);
        await registry.pushBlob(reference, payload.descriptor, payload.bytes);
        const signature = (await sign(payload.bytes)).toBase64();
        const layer = {
          ...payload.descriptor,
          annotations: { "dev.cosignproject.cosign/signature": signature },
        };
        if (form === "tag") {
          const tag = `${repository}:${subject.digest.replace(":", "-")}.sig`;
          await put({ config: config.descriptor }, [layer], tag);
        } else {
          await put(
            { artifactType: SIGNATURE_ARTIFACT, config: config.descriptor, subject },
            [layer],
          );
        }
      } else {
        const type = "application/vnd.in-toto+json";
        const statement = JSON.stringify({
          _type: "https://in-toto.io/Statement/v1",
          subject: [{ digest: { sha256: subject.digest.slice(7) } }],
          predicateType: "https://sigstore.dev/cosign/sign/v1",
          predicate: {},
        });
        const encoded = new TextEncoder().encode(statement);
        const data = new TextEncoder().encode(
          `DSSEv1 ${type.length} ${type} ${encoded.length} ${statement}`,
        );
        const content = form === "envelope"
          ? {
            dsseEnvelope: {
              payload: encoded.toBase64(),
              payloadType: type,
              signatures: [{ sig: (await sign(data)).toBase64() }],
            },
          }
          : {
            messageSignature: {
              messageDigest: {
                algorithm: "SHA2_256",
                digest: Uint8Array.fromHex(subject.digest.slice(7)).toBase64(),
              },
              signature: (await sign(manifest)).toBase64(),
            },
          };
        const bundle = await jsonBlob({
          mediaType: BUNDLE_TYPE,
          verificationMaterial: { publicKey: { hint: "" } },
          ...content,
        }, BUNDLE_TYPE);
        await registry.pushBlob(reference, bundle.descriptor, bundle.bytes);
        await put(
          { artifactType: BUNDLE_TYPE, config: config.descriptor, subject },
          [bundle.descriptor],
        );
      }
      await verifyImage(registry, reference, policy);
    }
  }
});

Deno.test("requireSignature() refuses signatures by others, of others and of other things", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const mine = await generateKeyPair();
  const other = await generateKeyPair();
  const policy = requireSignature({ keys: mine.publicKey });
  const { reference, image } = await pushed(registry, server.host, 3);
  const repository = reference.slice(0, -2);
  const subject = image.manifest.descriptor;
  const tag = `${repository}:${subject.digest.replace(":", "-")}.sig`;
  for (const as of FORMATS) await signImage(registry, reference, { key: other.privateKey, as });
  const error = await assertRejects(
    () => verifyImage(registry, reference, policy),
    VerificationError,
  );
  assertEquals(error.reasons.length, 3);
  assert(error.reasons.every((reason) => reason.endsWith("it is by another key, or broken")));

  // A signature of another image, moved here.
  const second = await makeImage(1000, 4);
  await pushImage(registry, `${repository}:2`, second);
  await signImage(registry, `${repository}:2`, { key: mine.privateKey });
  const theirs = await registry.manifest(
    `${repository}:${second.manifest.descriptor.digest.replace(":", "-")}.sig`,
  );
  await registry.pushManifest(tag, theirs.bytes, OCI.manifest);
  const moved = await assertRejects(
    () => verifyImage(registry, reference, policy),
    VerificationError,
  );
  assertStringIncludes(moved.message, `it is one of "${second.manifest.descriptor.digest}"`);

  // A signed statement that is no signature of the image.
  const statement = new TextEncoder().encode(JSON.stringify({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ digest: { sha256: subject.digest.slice(7) } }],
    predicateType: "https://spdx.dev/Document",
  }));
  const type = "application/vnd.in-toto+json";
  const head = new TextEncoder().encode(`DSSEv1 ${type.length} ${type} ${statement.length} `);
  const key = await PrivateKey.parse(mine.privateKey);
  const sig = await key.sign(new Uint8Array([...head, ...statement]));
  const bundle = await jsonBlob({
    mediaType: BUNDLE_TYPE,
    dsseEnvelope: {
      payload: statement.toBase64(),
      payloadType: type,
      signatures: [{ sig: sig.toBase64() }],
    },
  }, BUNDLE_TYPE);
  const empty = await asBlob(new TextEncoder().encode("{}"), OCI.empty);
  for (const blob of [bundle, empty]) {
    await registry.pushBlob(reference, blob.descriptor, blob.bytes);
  }
  const manifest = await jsonBlob({
    schemaVersion: 2,
    mediaType: OCI.manifest,
    artifactType: BUNDLE_TYPE,
    config: empty.descriptor,
    layers: [bundle.descriptor],
    subject,
  }, OCI.manifest);
  await registry.pushManifest(
    `${repository}@${manifest.descriptor.digest}`,
    manifest.bytes,
    OCI.manifest,
  );
  const attested = await assertRejects(
    () => verifyImage(registry, reference, policy),
    VerificationError,
  );
  assertStringIncludes(attested.message, 'but says "https://spdx.dev/Document" of it');

  // One good signature among all of these is enough, and signing again keeps the others.
  await signImage(registry, reference, { key: other.privateKey });
  await signImage(registry, reference, { key: mine.privateKey });
  await verifyImage(registry, reference, policy);
  await verifyImage(registry, reference, requireSignature({ keys: other.publicKey }));
});

Deno.test("verifyImage() tells a registry that is away from an image without signature", async () => {
  await using server = await startRegistry();
  await using proxy = startFaultProxy(server.url);
  await using registry = testRegistry(server.dir);
  const { reference } = await pushed(registry, server.host, 5);
  const policy = requireSignature({ keys: (await generateKeyPair()).publicKey });
  proxy.rule = ({ path }) => path.endsWith(".sig") ? { kind: "status", status: 500 } : undefined;
  const there = reference.replace(server.host, proxy.host);
  const error = await assertRejects(() => verifyImage(registry, there, policy), PullError);
  assertEquals(error.code, "unavailable");
});

Deno.test("verifyImage() asks functions", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const { reference } = await pushed(registry, server.host, 6);
  const seen: string[] = [];
  await verifyImage(registry, reference, (image) => {
    seen.push(image.reference.toString(), image.descriptor.mediaType);
  });
  assertEquals(seen, [reference, OCI.manifest]);
  await verifyImage(registry, reference, () => true);
  await assertRejects(
    () => verifyImage(registry, reference, () => Promise.resolve(false)),
    VerificationError,
    "the policy refused it",
  );
  const error = await assertRejects(
    () =>
      verifyImage(registry, reference, () => {
        throw new Error("not on a Friday");
      }),
    VerificationError,
    "the policy refused it: not on a Friday",
  );
  assertEquals((error.cause as Error).message, "not on a Friday");
});

Deno.test("PrivateKey.parse() reads keys of OpenSSL and of cosign, with and without password", async () => {
  const dir = await Deno.makeTempDir({ prefix: "davit-trust-" });
  try {
    const { privateKey, publicKey } = await opensslKey(dir, "ecdsa");
    const file = `${dir}/key.pem`;
    await Deno.writeTextFile(file, privateKey);
    const encrypted = await openssl(dir, "pkcs8", "-topk8", "-in", file, "-passout", "pass:secret");
    const sec1 = await openssl(dir, "ec", "-in", file);
    const old = await openssl(dir, "ec", "-in", file, "-aes256", "-passout", "pass:secret");
    assertStringIncludes(old, "DEK-Info");
    const sealed = await cosignKey(privateKey, "secret");
    const verifier = await PublicKey.parse(publicKey);
    const data = new TextEncoder().encode("data");
    for (
      const [pem, password] of [
        [privateKey, undefined],
        [sec1, undefined],
        [encrypted, "secret"],
        [old, "secret"],
        [sealed, "secret"],
      ] as const
    ) {
      const key = await PrivateKey.parse(pem, password);
      assertEquals(key.hint, verifier.hint);
      assertEquals(key.kind, "ecdsa-p256");
      assert(await verifier.verifies(await key.sign(data), data));
    }
    for (const pem of [encrypted, old, sealed]) {
      for (const password of [undefined, "wrong"]) {
        const error = await assertRejects(() => PrivateKey.parse(pem, password), DavitError);
        assertEquals(error.code, "unauthenticated");
      }
    }
    await assertRejects(() => PrivateKey.parse(publicKey), InvalidArgumentError, '"PUBLIC KEY"');
    await assertRejects(() => PrivateKey.parse("cosign.key"), InvalidArgumentError, "no PEM block");
    await assertRejects(() => PublicKey.parse(privateKey), InvalidArgumentError, "-pubout");
    await assertRejects(
      () => PublicKey.parse("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
      UnsupportedError,
    );
    const weak = await opensslKey(dir, "rsa", 1024);
    await assertRejects(() => PublicKey.parse(weak.publicKey), InvalidArgumentError, "1024 bits");
    assertThrows(() => requireSignature({ keys: [] }), InvalidArgumentError);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** A key as cosign's files have it. */
async function cosignKey(pem: string, password: string): Promise<string> {
  const { xsalsa20poly1305 } = await import("@noble/ciphers/salsa.js");
  const { scryptSync } = await import("node:crypto");
  const [salt, nonce] = [32, 24].map((n) => crypto.getRandomValues(new Uint8Array(n)));
  const params = { N: 1024, r: 8, p: 1 };
  const key = new Uint8Array(scryptSync(password, salt!, 32, params));
  const der = Uint8Array.fromBase64(pem.replace(/-----.*-----/g, "").replace(/\s/g, ""));
  const box = JSON.stringify({
    kdf: { name: "scrypt", params, salt: salt!.toBase64() },
    cipher: { name: "nacl/secretbox", nonce: nonce!.toBase64() },
    ciphertext: xsalsa20poly1305(key, nonce!).encrypt(der).toBase64(),
  });
  const label = "ENCRYPTED SIGSTORE PRIVATE KEY";
  return `-----BEGIN ${label}-----\n${btoa(box)}\n-----END ${label}-----\n`;
}
