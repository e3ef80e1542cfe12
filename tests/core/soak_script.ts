/**
 * A script that does a bit of everything at once until it is killed:
 * `soak_script.ts ADDRESS NAMESPACE ARCHIVE`. It says `ready` when it starts to.
 *
 * @module
 */
import { NotFoundError, TimeoutError } from "../../lib/errors/errors.ts";
import { clientOf } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";

const [address, namespace, archive] = Deno.args;
const client = clientOf(address!);
const ns = client.namespace(namespace!);

/** Bytes that differ each time, in pieces. */
async function* noise(): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < 8; i++) {
    yield await Promise.resolve(crypto.getRandomValues(new Uint8Array(65_536)));
  }
}

const work: Record<string, () => Promise<unknown>> = {
  run: async () => await ns.run(BUSYBOX).sh`echo some output; exit 3`.noThrow(),
  timeout: async () => {
    const run = ns.run(BUSYBOX).command("sleep", "100").timeout("200ms");
    await run.then(() => {}, (error) => {
      if (!(error instanceof TimeoutError)) throw error;
    });
  },
  async container() {
    await using box = await ns.container().image(BUSYBOX).command("sleep", "1000").start();
    await box.kill("SIGKILL");
    await box.wait();
  },
  async created() {
    await using _box = await ns.container().image(BUSYBOX).command("true").create();
  },
  async import() {
    const [image] = await ns.images.import(archive!);
    await image!.unpack({ snapshotter: "native" });
    // Another script may have removed it just now.
    await ns.images.remove(image!).catch((error) => {
      if (!(error instanceof NotFoundError)) throw error;
    });
  },
  async lease() {
    await using lease = await ns.leases.create();
    await ns.withLease(lease).content.write(noise());
  },
  async ingest() {
    await ns.content.write(noise());
  },
  async snapshot() {
    await using made = await ns.snapshots.from(await ns.images.get(BUSYBOX)).prepare();
    await using _committed = await made.commit(`committed-${crypto.randomUUID()}`);
  },
};

console.log("ready");
// One that fails says why; the test looks for it.
await Promise.all(
  Object.entries(work).map(async ([name, act]) => {
    while (true) {
      await act().catch((error) => {
        console.log(`${name} failed: ${error?.stack ?? error}`);
        Deno.exit(1);
      });
    }
  }),
);
