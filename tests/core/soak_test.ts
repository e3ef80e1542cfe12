import { assert, assertEquals } from "@std/assert";
import { listProcesses } from "../../lib/daemon/processes.ts";
import { busyboxArchive } from "../harness/images.ts";
import { leftIn, RawDaemon } from "../harness/leftovers.ts";
import { type OwnDaemon, ownDaemonTest } from "./robust_support.ts";

/** 201 scripts are killed in all: 67 with each version, a few at once. */
const ROUNDS = 17;
const AT_ONCE = 4;
const LAST_ROUND = 3;
/** When a script is killed, counted from its first call, in milliseconds. */
const LONGEST_LIFE = 350;

const SCRIPT = new URL("soak_script.ts", import.meta.url).pathname;

interface Victim {
  /** Kills it at some point of its work. */
  kill(): Promise<void>;
}

/** Starts a script and waits until it works. */
async function startVictim(own: OwnDaemon, archive: string, temporary: string): Promise<Victim> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SCRIPT, own.address, own.ns.name, archive],
    env: { TMPDIR: temporary },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  assertEquals(value, "ready\n");
  return {
    async kill() {
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, Math.random() * LONGEST_LIFE);
      await promise;
      try {
        child.kill("SIGKILL");
      } catch { /* what it said tells why it has ended */ }
      const { signal } = await child.status;
      let said = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        said += part.value;
      }
      assertEquals([said, signal], ["", "SIGKILL"]);
    },
  };
}

/** Shims and processes of containers in the daemon's folder. */
function processesOf({ place }: OwnDaemon): string[] {
  return listProcesses().map(({ argv }) => argv).filter((argv) =>
    argv.includes(place.namespace) && argv[0]!.includes("containerd-shim")
  ).map((argv) => argv.join(" "));
}

/** Shims listen at a socket that is named after their daemon, namespace and container. */
async function assertNoSocket({ address, ns }: OwnDaemon, id: string): Promise<void> {
  const name = new TextEncoder().encode(`${address}/${ns.name}/${id}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", name)).toHex();
  const there = await Deno.lstat(`/run/containerd/s/${hash}`).then(() => true, () => false);
  assertEquals(there, false, `the socket of ${id} is left`);
}

/** Files below a folder: the logs of containers. */
function filesIn(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
      isDirectory ? filesIn(`${dir}/${name}`) : [`${dir}/${name}`]
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** A shim answers that its task is deleted before it ends itself. */
async function untilGone(look: () => string[], message: string): Promise<void> {
  const limit = Date.now() + 10_000;
  while (look().length > 0 && Date.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assertEquals(look(), [], message);
}

ownDaemonTest("sweep() leaves nothing of scripts that were killed", async (own) => {
  const temporary = await Deno.makeTempDir({ prefix: "davit-soak-" });
  const before = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", temporary);
  try {
    const archive = `${temporary}/image.tar`;
    await Deno.writeFile(archive, await busyboxArchive("davit.test/imported:latest"));
    await using raw = new RawDaemon(own.address);
    const counts: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const count = round === ROUNDS - 1 ? LAST_ROUND : AT_ONCE;
      const victims = await Promise.all(
        Array.from({ length: count }, () => startVictim(own, archive, temporary)),
      );
      await Promise.all(victims.map((victim) => victim.kill()));
      const found = await own.ns.sweep();
      for (const [kind, names] of Object.entries(found)) {
        counts[kind] = (counts[kind] ?? 0) + names.length;
      }
      assertEquals(await leftIn(raw, own.ns.name), [], `round ${round}`);
      await untilGone(() => processesOf(own), `round ${round}`);
      for (const id of found.containers) await assertNoSocket(own, id);
      assertEquals(filesIn(`${own.place.dir}/nerdctl`), [], `round ${round}`);
      const files = [...Deno.readDirSync(temporary)].map(({ name }) => name);
      assertEquals(files, ["image.tar"], `round ${round}`);
    }
    // The scripts did what they were to do.
    assert(counts.containers! > ROUNDS && counts.leases! > ROUNDS, JSON.stringify(counts));
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
    await Deno.remove(temporary, { recursive: true });
  }
});
