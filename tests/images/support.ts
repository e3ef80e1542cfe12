/** What the tests of pulls, pushes and exports share. @module */
import { assert } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";
import type { RegistryOptions } from "../../lib/registry/registry.ts";
import { Registry } from "../../lib/registry/registry.ts";
import type { DaemonTestEnv } from "../harness/daemons.ts";
import { blobsOf, type TestBlob, type TestImage } from "../harness/archives.ts";

/** Who talks to the registry. */
export type Way = "client" | "transfer";

/** The ways that a daemon has. */
export function waysOf(env: DaemonTestEnv): Way[] {
  return env.version === "2.1" ? ["client", "transfer"] : ["client"];
}

/** Options that see nothing of this machine's own configuration. */
export function apart(dir: string, options: RegistryOptions = {}): RegistryOptions {
  return { hostsDir: `${dir}/certs.d`, configDir: `${dir}/docker`, ...options };
}

/** Pushes blobs, then manifests in this order, the last under the reference's tag. */
export async function seed(
  reference: string,
  image: TestImage | { blobs: readonly TestBlob[]; manifests: readonly TestBlob[] },
  options: RegistryOptions,
): Promise<void> {
  await using registry = new Registry(options);
  const all = "blobs" in image
    ? image
    : { blobs: blobsOf(image).slice(0, -1), manifests: [image.manifest] };
  for (const { descriptor, bytes } of all.blobs) {
    await registry.pushBlob(reference, descriptor, bytes);
  }
  const repository = reference.slice(0, reference.lastIndexOf(":"));
  for (const [i, { descriptor, bytes }] of all.manifests.entries()) {
    const name = i === all.manifests.length - 1 ? reference : `${repository}@${descriptor.digest}`;
    await registry.pushManifest(name, bytes, descriptor.mediaType);
  }
}

/** Runs skopeo; nothing of this machine's configuration is used. */
export async function skopeo(dir: string, ...args: string[]): Promise<string> {
  const policy = `${dir}/policy.json`;
  await Deno.writeTextFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const { success, stdout, stderr } = await new Deno.Command(toolPath("skopeo"), {
    args: [`--policy=${policy}`, "--tmpdir", dir, ...args],
    env: { HOME: dir, XDG_RUNTIME_DIR: dir },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert(success, `skopeo ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Bytes that do not compress and differ by seed (xorshift32). */
export function noise(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let x = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer, 0, size);
}
