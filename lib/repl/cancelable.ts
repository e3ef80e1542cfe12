/**
 * Which methods Ctrl-C ends: those that take a signal.
 *
 * @module
 */
import { ImageBuilder } from "../build/builder.ts";
import { Client } from "../client/client.ts";
import { Namespace } from "../client/namespace.ts";
import { RunningContainer } from "../core/container.ts";
import { ContainerBuilder } from "../core/container_builder.ts";
import { Containers } from "../core/containers.ts";
import { ContentStore } from "../core/content.ts";
import { ExecBuilder } from "../core/exec.ts";
import { Image } from "../core/image.ts";
import { Images } from "../core/images.ts";
import { Lease, Leases } from "../core/leases.ts";
import { Namespaces } from "../core/namespaces.ts";
import { RunBuilder } from "../core/run.ts";
import { Snapshots } from "../core/snapshots.ts";
import type { Interrupts } from "./interrupts.ts";

/** Has Ctrl-C end what the methods of the SDK do. The numbers say which argument has the signal. */
export function installInterrupts(interrupts: Interrupts): void {
  interrupts.cancelBuilder(RunBuilder.prototype, ["then", "spawn"]);
  interrupts.cancelBuilder(ExecBuilder.prototype, ["then", "spawn"]);
  interrupts.cancel(ContainerBuilder.prototype, { create: 0, start: 0 });
  interrupts.cancel(ImageBuilder.prototype, { build: 0 });
  interrupts.cancel(RunningContainer.prototype, { wait: 0, kill: 1 });
  interrupts.cancel(Containers.prototype, { list: 0, info: 1, get: 1 });
  interrupts.cancel(Images.prototype, { get: 1, list: 0, set: 2, tag: 2, import: 1, remove: 1 });
  interrupts.cancel(Image.prototype, { resolve: 0, unpack: 0, platforms: 0 });
  interrupts.cancel(ContentStore.prototype, { info: 1, read: 1, readAll: 1, write: 1 });
  interrupts.cancel(Leases.prototype, { create: 0, list: 0 });
  interrupts.cancel(Lease.prototype, { delete: 0 });
  interrupts.cancel(Snapshots.prototype, { get: 1, list: 0, walk: 0, tree: 0 });
  interrupts.cancel(Namespaces.prototype, { create: 1, list: 0, get: 1, label: 2, delete: 1 });
  interrupts.cancel(Namespace.prototype, {
    events: 0,
    once: 2,
    watch: 0,
    applyDiff: 2,
    readTree: 1,
    transfer: 2,
    openStream: 1,
    explain: 1,
    df: 0,
    sweep: 0,
  });
  interrupts.cancel(Client.prototype, { version: 0, health: 0, plugins: 0, deprecations: 0 });
}
