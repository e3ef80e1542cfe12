/**
 * What Ctrl-C ends.
 *
 * @module
 */
import { ImageBuilder } from "../build/builder.ts";
import { Client } from "../client/client.ts";
import { Namespace } from "../client/namespace.ts";
import { ContainerBuilder } from "../core/container/builder.ts";
import { ExecBuilder } from "../core/exec/exec.ts";
import { Image } from "../core/image/image.ts";
import { Lease } from "../core/lease/leases.ts";
import { Namespaces } from "../core/namespace/namespaces.ts";
import { RunBuilder } from "../core/run/run.ts";
import type { Interrupts } from "./interrupts.ts";
import { collectionsOf, CONTAINER_CLASSES } from "./classes.ts";

/** Has Ctrl-C end what the methods of the SDK do. */
export function installInterrupts(interrupts: Interrupts, ns: Namespace): void {
  interrupts.cancelBuilder(RunBuilder.prototype, ["then", "spawn"]);
  interrupts.cancelBuilder(ExecBuilder.prototype, ["then", "spawn"]);
  // Their other methods describe; the options of those are part of what they describe.
  interrupts.cancel(ContainerBuilder.prototype, ["create", "start"]);
  interrupts.cancel(ImageBuilder.prototype, ["build"]);
  for (const { prototype } of [Client, Namespace, Namespaces, Image, Lease]) {
    interrupts.cancel(prototype);
  }
  for (const { prototype } of CONTAINER_CLASSES) interrupts.cancel(prototype);
  for (const { prototype } of collectionsOf(ns)) interrupts.cancel(prototype);
}
