/**
 * What is known of a sandbox.
 *
 * @module
 */
import type { Sandbox as SandboxMessage } from "../../gen/containerd/types/sandbox_pb.ts";
import { toDate } from "../time.ts";

/** A sandbox's record. */
export interface SandboxInfo {
  /** Its id. */
  readonly id: string;
  /** Such as `io.containerd.kata.v2`. */
  readonly runtime: string;
  /** The controller that runs it; empty before 2.0. */
  readonly sandboxer: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made. */
  readonly createdAt: Date | undefined;
  /** When it was last changed. */
  readonly updatedAt: Date | undefined;
}

/** What a sandbox does, in its runtime's own words. */
export interface SandboxStatus {
  /** Such as `SANDBOX_READY`; empty where the runtime does not say. */
  readonly state: string;
  /** The process id on the daemon's host, where there is one. */
  readonly pid: number | undefined;
  /** When it was started. */
  readonly createdAt: Date | undefined;
  /** When it ended. */
  readonly exitedAt: Date | undefined;
  /** What the runtime tells besides. */
  readonly info: Readonly<Record<string, string>>;
}

/** How a sandbox ended. */
export interface SandboxExit {
  /** Its exit code; `undefined` where containerd does not tell: 1.7 with some shims. */
  readonly exitCode: number | undefined;
  /** When it ended. */
  readonly exitedAt: Date | undefined;
}

/** Reads a record. */
export function sandboxInfo(sandbox: SandboxMessage): SandboxInfo {
  return {
    id: sandbox.sandboxId,
    runtime: sandbox.runtime?.name ?? "",
    sandboxer: sandbox.sandboxer,
    labels: sandbox.labels,
    createdAt: toDate(sandbox.createdAt),
    updatedAt: toDate(sandbox.updatedAt),
  };
}
