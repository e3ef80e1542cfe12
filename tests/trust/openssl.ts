/** OpenSSL, as an independent judge of keys and signatures. @module */
import { assert } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";

/** Kinds of keys. */
export type OpensslKind = "ecdsa" | "rsa" | "ed25519";

/** Runs openssl. @returns What it printed. */
export async function openssl(dir: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await run(dir, args);
  assert(success, `openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function run(dir: string, args: string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command(toolPath("openssl"), { args, cwd: dir, stdin: "null" }).output();
}

/** Makes a pair of keys, as PEM. */
export async function opensslKey(
  dir: string,
  kind: OpensslKind,
  bits = 2048,
): Promise<{ privateKey: string; publicKey: string }> {
  const options = {
    ecdsa: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    rsa: ["RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`],
    ed25519: ["ED25519"],
  }[kind];
  const privateKey = await openssl(dir, "genpkey", "-algorithm", ...options);
  const file = `${dir}/${crypto.randomUUID()}.key`;
  await Deno.writeTextFile(file, privateKey);
  return { privateKey, publicKey: await openssl(dir, "pkey", "-in", file, "-pubout") };
}

/** Signs bytes. */
export async function opensslSign(
  dir: string,
  kind: OpensslKind,
  privateKey: string,
  data: Uint8Array,
): Promise<Uint8Array> {
  const files = await write(dir, { key: privateKey, data });
  const out = `${dir}/${crypto.randomUUID()}.sig`;
  const args = kind === "ed25519"
    ? ["pkeyutl", "-sign", "-rawin", "-inkey", files.key!, "-in", files.data!, "-out", out]
    : ["dgst", "-sha256", "-sign", files.key!, "-out", out, files.data!];
  await openssl(dir, ...args);
  return await Deno.readFile(out);
}

/** Whether it finds a signature good. */
export async function opensslVerify(
  dir: string,
  kind: OpensslKind,
  publicKey: string,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const { key, sig, data: file } = await write(dir, { key: publicKey, sig: signature, data });
  const args = kind === "ed25519"
    ? ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key!, "-sigfile", sig!, "-in", file!]
    : ["dgst", "-sha256", "-verify", key!, "-signature", sig!, file!];
  return (await run(dir, args)).success;
}

async function write(
  dir: string,
  contents: Record<string, string | Uint8Array>,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [name, content] of Object.entries(contents)) {
    const file = files[name] = `${dir}/${crypto.randomUUID()}.${name}`;
    if (typeof content === "string") await Deno.writeTextFile(file, content);
    else await Deno.writeFile(file, content);
  }
  return files;
}
