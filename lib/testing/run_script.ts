/**
 * Asks a test what a process does.
 *
 * @module
 */
import type { Container } from "../gen/containerd/services/containers_pb.ts";
import type { Process } from "../oci/runtime_spec.ts";
import type { ProcessState } from "./process_state.ts";
import type { RunOutcome, RunRecord, RunRequest } from "./script.ts";
import { turn } from "./breathe.ts";
import type { FakeState } from "./state.ts";
import type { Scripted } from "./task_state.ts";

/**
 * Asks the handlers, the last one first.
 *
 * @param of The process, what its spec says, its container, and its exec's id.
 * @returns What it does; `undefined` when there is no such command.
 */
export async function askScript(
  state: FakeState,
  of: {
    namespace: string;
    container: Container;
    execId?: string;
    spec: Process | undefined;
    process: ProcessState;
  },
): Promise<{ scripted: Scripted } | undefined> {
  const { namespace, container, execId, spec, process } = of;
  const { stdin } = process.io;
  const about = {
    namespace,
    containerId: container.id,
    execId,
    image: container.image,
    args: [...spec?.args ?? []],
    env: Object.fromEntries((spec?.env ?? []).map((entry) => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    })),
    cwd: spec?.cwd ?? "/",
    user: { uid: spec?.user?.uid ?? 0, gid: spec?.user?.gid ?? 0 },
    terminal: process.io.terminal,
    labels: container.labels,
  };
  const request: RunRequest = {
    ...about,
    stdin: (stdin === "" ? undefined : state.host.openInput(stdin)) ?? new Blob().stream(),
    signal: process.signal,
  };
  const record: RunRecord = {
    ...about,
    get exitCode() {
      return process.exitedAt.seconds > 0n ? process.exitStatus : undefined;
    },
  };
  state.runs.push(record);
  return await soon(ask(state, request, state.handlers.length - 1));
}

/**
 * What is known by now. A promise that comes to something at once, as those of async functions
 * without anything to wait for, counts as if it were none.
 */
async function soon(scripted: Scripted | undefined): Promise<{ scripted: Scripted } | undefined> {
  if (!(scripted instanceof Promise)) return scripted && { scripted };
  const first = await Promise.race([
    scripted.then((outcome) => ({ outcome: outcome ?? undefined })),
    turn(),
  ]);
  // Wrapped, since a promise cannot be the result of a promise.
  if (!first) return { scripted };
  return first.outcome && { scripted: first.outcome };
}

function ask(state: FakeState, request: RunRequest, from: number): Scripted | undefined {
  for (let at = from; at >= 0; at--) {
    const answer = state.handlers[at]?.(request);
    if (answer instanceof Promise) {
      return answer.then((outcome): Scripted | undefined => outcome ?? ask(state, request, at - 1));
    }
    if (answer) return answer;
  }
  return undefined;
}

/** The text of the runtime when a process cannot be started; `undefined` when it can. */
export function startFault(
  scripted: Scripted | undefined,
  args: readonly string[],
): string | undefined {
  if (scripted === undefined) {
    return `exec: ${JSON.stringify(args[0] ?? "")}: executable file not found in $PATH`;
  }
  const outcome: RunOutcome | undefined = scripted instanceof Promise ? undefined : scripted;
  return outcome?.startError;
}
