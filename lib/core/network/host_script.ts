/**
 * Runs a script on the daemon's host, by the daemon: as a hook of a container that is made for it
 * and never started. So it runs where the hooks of containers do, with the same rights and in the
 * same network namespace, wherever this process is. No image is needed.
 *
 * @module
 */
import { JSON_TYPES, packSpec } from "../../api/any.ts";
import { DavitError } from "../../errors/errors.ts";
import { defaultSpec } from "../../oci/default_spec.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import { shellQuote } from "../../oci/quote.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { runtimeOf } from "../defaults.ts";
import { stateFolder } from "../logs/place.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { createTask, endTask } from "../task/task.ts";

/** What a script on the host has come to. */
export interface HostScriptResult {
  /** Its exit code. */
  readonly exitCode: number;
  /** What it wrote on standard output. */
  readonly stdout: string;
  /** What it wrote on standard error. */
  readonly stderr: string;
}

/** Containers that are made for scripts have such names. */
const PREFIX = "davit-hook-";

/**
 * Runs a script of the host's `/bin/sh`, as root where the daemon is.
 *
 * @param script The script. Its `$1` and so on are the other arguments.
 * @param what What is done by it, for messages: "reading the host's routes".
 */
export async function runHostScript(
  context: Context,
  script: string,
  options: { args?: readonly string[]; path: string; what: string; signal?: AbortSignal },
): Promise<HostScriptResult> {
  const { args = [], path, what, signal } = options;
  throwIfAborted(signal, what);
  const { host, owner } = context.session;
  const id = `${PREFIX}${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const folder = await stateFolder(context, id);
  // Whoever may not read and remove what it writes is told so before it runs.
  await host.lstat(folder);
  await host.remove(folder);
  const wrapper = [
    "umask 077",
    `mkdir -p ${shellQuote(folder)} && cd ${shellQuote(folder)} || exit 1`,
    "s=$1; shift",
    // In a process of its own, so that its end is not this one's.
    '/bin/sh -c "$s" davit "$@" >out 2>err </dev/null',
    "echo $? >code",
  ].join("\n");
  const spec: Spec = {
    ...defaultSpec({ id, namespace: context.namespace }),
    hooks: {
      createRuntime: [{
        path: "/bin/sh",
        args: ["sh", "-c", wrapper, "davit", script, ...args],
        env: [`PATH=${path}`],
      }],
    },
  };
  // It is never started, but the runtime looks for it; there is no other program without an image.
  spec.process = { ...spec.process!, args: ["/proc/self/exe"], env: [] };
  const timeoutMs = CHANGE_TIMEOUT_MS;
  const container = {
    id,
    labels: { [OWNER_LABEL]: owner, "davit/script": what },
    runtime: { name: await runtimeOf(context, {}) },
    spec: packSpec(JSON_TYPES.spec, spec),
  };
  await context.api.containers.create({ container }, { timeoutMs });
  try {
    const io = { stdin: "", stdout: "", stderr: "", terminal: false };
    let failure: unknown;
    try {
      await createTask(context, id, [], io, ["/bin/sh"]);
    } catch (error) {
      failure = error;
    }
    const read = async (name: string) => {
      const path = `${folder}/${name}`;
      if (!await host.lstat(path)) return undefined;
      return new TextDecoder().decode(await host.readFile(path));
    };
    const code = await read("code");
    if (code === undefined) {
      if (failure instanceof DavitError) throw failure;
      throw new DavitError(
        `Cannot run a script on ${host.name} (${what}): the runtime did not run it`,
        "internal",
        { cause: failure },
      );
    }
    return {
      exitCode: Number(code),
      stdout: await read("out") ?? "",
      stderr: await read("err") ?? "",
    };
  } finally {
    await endTask(context, id);
    await context.api.containers.delete({ id }, { timeoutMs });
    await host.remove(folder);
  }
}
