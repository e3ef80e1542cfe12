/**
 * First processes that are more than a command: a small init before it, or systemd.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import { bindMount, tmpfsMount, withCgroupMount, withMounts } from "../../oci/spec_mounts.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import { editProcess, type SpecOption } from "../../oci/spec_option.ts";
import { mergeEnv } from "../../oci/env.ts";
import { STOP_SIGNAL_LABEL } from "./labels.ts";
import { onHost } from "./options/base.ts";
import type { StepPlace } from "./step.ts";

/** Where packages put an init that is linked statically, and then any. */
const INITS = [
  "/usr/bin/tini-static",
  "/usr/local/bin/tini-static",
  "/usr/bin/docker-init",
  "/usr/libexec/docker/docker-init",
  "/usr/bin/catatonit",
  "/usr/libexec/podman/catatonit",
  "/usr/local/bin/tini",
  "/usr/bin/tini",
  "/sbin/tini",
];

/** Where it is inside. */
const INSIDE = "/sbin/tini";

/**
 * Puts an init before the command.
 *
 * @throws {NotFoundError} when the host has none.
 */
export async function findInit(
  { context }: StepPlace,
  binary: string | undefined,
): Promise<SpecOption> {
  const source = await findBinary(context.session.host, binary);
  const mounted = withMounts(bindMount(source, INSIDE, { readonly: true, recursive: false }));
  return (spec) =>
    mounted(editProcess(spec, ({ args = [] }) => ({ args: [INSIDE, "--", ...args] })));
}

async function findBinary(host: Host, binary: string | undefined): Promise<string> {
  for (const path of binary === undefined ? INITS : [onHost(binary)]) {
    if (await host.lstat(path)) return path;
  }
  throw new NotFoundError(
    binary === undefined
      ? `Cannot run with an init: ${host.name} has no tini; install it, or give the path of one`
      : `Cannot run with init "${binary}": it does not exist on ${host.name}`,
  );
}

/** Commands that are taken for systemd. */
const SYSTEMD: ReadonlySet<string> = new Set([
  "/sbin/init",
  "/usr/sbin/init",
  "/usr/local/sbin/init",
  "/lib/systemd/systemd",
  "/usr/lib/systemd/systemd",
]);

const STOP_SIGNAL = "SIGRTMIN+3";

function applies(mode: boolean | "always", spec: Spec): boolean {
  return mode === "always" || (mode && SYSTEMD.has(spec.process?.args?.[0] ?? ""));
}

/** Prepares a container for systemd, where its command is one. */
export function withSystemd(mode: boolean | "always"): SpecOption {
  const memory = (path: string, mode: number) =>
    withMounts(tmpfsMount(path, { mode, exec: path === "/run" }));
  const edits: SpecOption[] = [
    withCgroupMount("rw"),
    memory("/run", 0o755),
    memory("/run/lock", 0o1777),
    memory("/tmp", 0o1777),
    memory("/var/log/journal", 0o755),
    // systemd looks for it to know that it is in a container.
    (spec) => editProcess(spec, ({ env = [] }) => ({ env: mergeEnv({ container: "davit" }, env) })),
  ];
  return (spec) => applies(mode, spec) ? edits.reduce((result, edit) => edit(result), spec) : spec;
}

/** The labels of such a container. */
export function systemdLabels(mode: boolean | "always", spec: Spec): Record<string, string> {
  const labels: Record<string, string> = {};
  if (applies(mode, spec)) labels[STOP_SIGNAL_LABEL] = STOP_SIGNAL;
  return labels;
}
