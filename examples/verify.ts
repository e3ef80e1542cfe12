/**
 * Signs an image, and pulls it only where its signature is good.
 *
 * Run: `deno task example examples/verify.ts`; or with a registry of your own, which takes pushes:
 * `DAVIT_REGISTRY=localhost:5000 deno run -A examples/verify.ts`.
 */
import { connect, VerificationError } from "@davit/sdk";
import { generateKeyPair, requireSignature } from "@davit/sdk/trust";

await using davit = await connect({ start: true });
const ns = davit.namespace("verify");
await using registry = await openRegistry();
const reference = `${registry.host}/example/app:1`;

const app = await ns.build("scratch").copy({ "hello.txt": "hello" }, "/").tag("app:1").build();
await app.push(reference);

// In real life: the text of cosign.key and cosign.pub, or keys of OpenSSL.
const { privateKey, publicKey } = await generateKeyPair();
const verify = requireSignature({ keys: publicKey });
try {
  await ns.images.pull(reference, { verify });
} catch (error) {
  if (!(error instanceof VerificationError)) throw error;
  console.log(`not yet: ${error.message}`);
}

await app.push(reference, { sign: { key: privateKey, annotations: { approved: "yes" } } });
const pulled = await ns.images.pull(reference, { verify });
console.log(`signed: ${pulled.name} is ${pulled.digest}`);

// A policy is a function: this one wants a signature, and a registry that is known.
const strict = requireSignature({ keys: publicKey, annotations: { approved: "yes" } });
await ns.images.pull(reference, {
  verify: async (image) => {
    if (image.reference.domain !== registry.host) throw new Error("that registry is not ours");
    await strict(image);
  },
});
console.log("and by a policy of our own");

/** The registry that the caller names, or a private one, where Debian's docker-registry is there. */
async function openRegistry(): Promise<AsyncDisposable & { host: string }> {
  const given = Deno.env.get("DAVIT_REGISTRY");
  if (given !== undefined) return { host: given, async [Symbol.asyncDispose]() {} };
  const dir = await Deno.makeTempDir();
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `127.0.0.1:${free.addr.port}`;
  free.close();
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: dir } },
    http: { addr: host },
  };
  await Deno.writeTextFile(`${dir}/config.yml`, JSON.stringify(config));
  const command = new Deno.Command("docker-registry", { args: ["serve", `${dir}/config.yml`] });
  const child = command.spawn();
  const stop = async (): Promise<void> => {
    child.kill();
    await child.status;
    await Deno.remove(dir, { recursive: true });
  };
  for (let tries = 0; tries < 200; tries++) {
    const up = await fetch(`http://${host}/v2/`).then((answer) => answer.body?.cancel(), () => 1);
    if (up === undefined) return { host, [Symbol.asyncDispose]: stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`docker-registry does not listen on ${host}`);
}
