/**
 * The classes whose objects people meet at the prompt.
 *
 * @module
 */
import { ImageBuilder } from "../build/builder.ts";
import { Client } from "../client/client.ts";
import { Namespace } from "../client/namespace.ts";
import { ActiveContainer, PausedContainer } from "../core/container/active.ts";
import { Container } from "../core/container/container.ts";
import { CreatedContainer, IdleContainer, StoppedContainer } from "../core/container/idle.ts";
import { RunningContainer } from "../core/container/running.ts";
import { ContainerBuilder } from "../core/container/builder.ts";
import { PlanBuilder } from "../core/container/plan_builder.ts";
import { ExecBuilder } from "../core/exec/exec.ts";
import { Image } from "../core/image/image.ts";
import { Lease } from "../core/lease/leases.ts";
import { Namespaces } from "../core/namespace/namespaces.ts";
import { ProcessLeaf } from "../core/process/leaf.ts";
import { RunBuilder } from "../core/run/run.ts";
import { RunResult } from "../core/run/result.ts";

/** A class, by its name and what its objects can do. */
export interface NamedClass {
  /** Its name. */
  readonly name: string;
  /** What its objects have. */
  readonly prototype: object;
}

/** The class of a collection; `undefined` for what is none. */
function collectionClass(value: unknown): NamedClass | undefined {
  const type = typeof value === "object" && value !== null && value.constructor;
  // deno-lint-ignore ban-types -- any class at all, of which its name is asked
  return typeof type === "function" && type !== Object ? type as Function & NamedClass : undefined;
}

/** The names of a namespace's collections: `images`, `containers` and so on. */
export function collectionNames(ns: Namespace): string[] {
  return Object.entries(ns).flatMap(([name, value]) => collectionClass(value) ? [name] : []);
}

/** Their classes. */
export function collectionsOf(ns: Namespace): NamedClass[] {
  return Object.values(ns).flatMap((value: unknown) => collectionClass(value) ?? []);
}

/** The classes of containers, those that others extend after them. */
export const CONTAINER_CLASSES: readonly NamedClass[] = [
  RunningContainer,
  PausedContainer,
  ActiveContainer,
  CreatedContainer,
  StoppedContainer,
  IdleContainer,
  Container,
];

/** The other classes, those that others extend after them. */
export const CLASSES: readonly NamedClass[] = [
  Client,
  Namespace,
  Namespaces,
  Image,
  ImageBuilder,
  ...CONTAINER_CLASSES,
  ContainerBuilder,
  RunBuilder,
  ExecBuilder,
  ProcessLeaf,
  PlanBuilder,
  RunResult,
  Lease,
];
