/** cosign, as an independent judge of signatures of images. @module */
import { toolPath } from "../../.ci/setup/paths.ts";
import type { SignOptions } from "../../lib/trust/mod.ts";

/** Where a signature is. */
export type CosignForm = NonNullable<SignOptions["as"]>;

/** What cosign needs to be told to use a form, by what is done. */
const FORM_FLAGS: Record<"sign" | "verify", Record<CosignForm, readonly string[]>> = {
  sign: {
    tag: ["--new-bundle-format=false"],
    artifact: ["--new-bundle-format=false", "--registry-referrers-mode=oci-1-1"],
    bundle: ["--new-bundle-format=true"],
  },
  verify: {
    tag: ["--new-bundle-format=false"],
    artifact: ["--new-bundle-format=false", "--experimental-oci11"],
    bundle: ["--new-bundle-format=true"],
  },
};

/** What it makes no use of a network for, and no keys but those in its folder. */
const COMMON = ["--allow-http-registry"];
const SIGN = ["--tlog-upload=false", "--use-signing-config=false", "--yes"];
const VERIFY = ["--insecure-ignore-tlog=true"];

/** The password of the keys. */
export const COSIGN_PASSWORD = "of the keys";

/** What it said, and whether it was content. */
export interface CosignResult {
  readonly success: boolean;
  readonly output: string;
}

/** Runs cosign in a folder, which is its home, too. */
async function run(dir: string, args: readonly string[]): Promise<CosignResult> {
  const { success, stdout, stderr } = await new Deno.Command(toolPath("cosign"), {
    args: [...args],
    cwd: dir,
    env: { HOME: dir, COSIGN_PASSWORD, COSIGN_EXPERIMENTAL: "1" },
    clearEnv: true,
    stdin: "null",
  }).output();
  return { success, output: [stdout, stderr].map((one) => new TextDecoder().decode(one)).join("") };
}

/** Makes a pair of keys in files `NAME.key` and `NAME.pub` of the folder. */
export async function cosignKeys(
  dir: string,
  name: string,
): Promise<{ privateKey: string; publicKey: string }> {
  const { success, output } = await run(dir, [
    "generate-key-pair",
    `--output-key-prefix=${name}`,
  ]);
  if (!success) throw new Error(output);
  return {
    privateKey: await Deno.readTextFile(`${dir}/${name}.key`),
    publicKey: await Deno.readTextFile(`${dir}/${name}.pub`),
  };
}

/** Signs. @param key Name of the pair. @param reference With a digest. */
export async function cosignSign(
  dir: string,
  form: CosignForm,
  key: string,
  reference: string,
): Promise<void> {
  const flags = [...COMMON, ...SIGN, ...FORM_FLAGS.sign[form]];
  const { success, output } = await run(dir, ["sign", ...flags, "--key", `${key}.key`, reference]);
  if (!success) throw new Error(output);
}

/** Verifies. @param key Name of the pair. */
export async function cosignVerify(
  dir: string,
  form: CosignForm,
  key: string,
  reference: string,
): Promise<CosignResult> {
  const flags = [...COMMON, ...VERIFY, ...FORM_FLAGS.verify[form]];
  return await run(dir, ["verify", ...flags, "--key", `${key}.pub`, reference]);
}

/** Which flag that is used here this cosign does not know: later ones may drop some. */
export async function missingFlag(form: CosignForm): Promise<string | undefined> {
  for (const [command, own] of [["sign", SIGN], ["verify", VERIFY]] as const) {
    // Those on their way out are not in the help; but it is shown only where all are known.
    const { output } = await run("/", [
      command,
      ...COMMON,
      ...own,
      ...FORM_FLAGS[command][form],
      "--help",
    ]);
    const unknown = /unknown flag: (\S+)/.exec(output)?.[1];
    if (unknown !== undefined) return `${command} ${unknown}`;
  }
}
