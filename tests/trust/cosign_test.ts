import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { VerificationError } from "../../lib/errors/image_errors.ts";
import { requireSignature, signImage, verifyImage } from "../../lib/trust/mod.ts";
import { startRegistry } from "../harness/registry.ts";
import { makeImage, pushImage, testRegistry } from "../registry/support.ts";
import {
  COSIGN_PASSWORD as password,
  cosignKeys,
  cosignSign,
  cosignVerify,
  missingFlag,
} from "./cosign.ts";

for (const form of ["tag", "artifact", "bundle"] as const) {
  const missing = await missingFlag(form);
  const skipped = missing ? ` (skipped: cosign has no ${missing})` : "";
  Deno.test({
    name: `cosign accepts what signImage() signs as ${form}, requireSignature() what cosign signs` +
      skipped,
    ignore: missing !== undefined,
    fn: async () => {
      await using server = await startRegistry();
      await using registry = testRegistry(server.dir);
      const { dir, host } = server;
      const mine = await cosignKeys(dir, "mine");
      const other = await cosignKeys(dir, "other");

      const signed = `${host}/by-davit/${form}:1`;
      await pushImage(registry, signed, await makeImage(1000, 1));
      const none = await cosignVerify(dir, form, "mine", signed);
      assertStringIncludes(none.output, "no signatures found");
      await signImage(registry, signed, { key: mine.privateKey, password, as: form });
      const wrong = await cosignVerify(dir, form, "other", signed);
      assert(!wrong.success, wrong.output);
      const right = await cosignVerify(dir, form, "mine", signed);
      assert(right.success, right.output);

      const reference = `${host}/by-cosign/${form}:1`;
      const image = await makeImage(1000, 2);
      await pushImage(registry, reference, image);
      const { digest } = image.manifest.descriptor;
      const mayPass = requireSignature({ keys: mine.publicKey });
      const verify = (policy = mayPass) => verifyImage(registry, reference, policy);
      await assertRejects(() => verify(), VerificationError, "it has no signature");
      await cosignSign(dir, form, "mine", reference.replace(/:1$/, `@${digest}`));
      await assertRejects(
        () => verify(requireSignature({ keys: other.publicKey })),
        VerificationError,
      );
      assertEquals((await verify()).digest, digest);
    },
  });
}
