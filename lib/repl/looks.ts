/**
 * Gives everything that the SDK returns its look at the prompt. Scripts never load this.
 *
 * @module
 */
import { Client } from "../client/client.ts";
import { Namespace } from "../client/namespace.ts";
import { Container } from "../core/container/container.ts";
import { ContainerBuilder } from "../core/container/builder.ts";
import { type ContainerInfo, Containers } from "../core/container/containers.ts";
import { ExecBuilder } from "../core/exec/exec.ts";
import { Image } from "../core/image/image.ts";
import { Images } from "../core/image/images.ts";
import { Lease, Leases } from "../core/lease/leases.ts";
import { Namespaces } from "../core/namespace/namespaces.ts";
import { RunBuilder } from "../core/run/run.ts";
import { RunResult } from "../core/run/result.ts";
import { Snapshots } from "../core/snapshot/snapshots.ts";
import { Tasks } from "../core/task/tasks.ts";
import { DavitError } from "../errors/errors.ts";
import { autoCard, autoColumns, wordsOf } from "./auto.ts";
import { CLASSES, collectionsOf } from "./classes.ts";
import { type Card, drawnCard } from "./card.ts";
import { DISPLAY, displayAsText, drawAs, INSPECT } from "./inspect.ts";
import { defineKind, type Kind } from "./kind.ts";
import { CONTAINERS, liveContainerCard } from "./looks/container.ts";
import { drawError } from "./looks/error.ts";
import { IMAGES, lookInto } from "./looks/image.ts";
import { drawAsNoun } from "./looks/noun.ts";
import { builderCard, drawResult, leafCard } from "./looks/process.ts";
import { hintAtAwait } from "./looks/promise.ts";
import { LEASES, NAMESPACES, PLUGINS, SNAPSHOTS, SNAPSHOTTERS, TASKS } from "./looks/records.ts";
import { ownMethod, wrapMethod } from "./patch.ts";

/** What the looks ask the prompt. */
export interface LookContext {
  /** The line that was entered last. */
  line(): string;
  /** What is known of a container. */
  container(id: string): ContainerInfo | undefined;
}

/** Installs them all, once, but for those of {@linkcode lookOfCollections}. */
export function installLooks(context: LookContext): void {
  lists(Images.prototype, "list", IMAGES, lookInto);
  lists(Images.prototype, "import", IMAGES, lookInto);
  lists(Containers.prototype, "list", CONTAINERS);
  lists(Leases.prototype, "list", LEASES);
  lists(Namespaces.prototype, "list", NAMESPACES);
  lists(Snapshots.prototype, "list", SNAPSHOTS);
  lists(Tasks.prototype, "list", TASKS);
  lists(Snapshots.prototype, "snapshotters", SNAPSHOTTERS);
  lists(Client.prototype, "plugins", PLUGINS);
  gives(Images.prototype, "get", IMAGES, lookInto);
  gives(Images.prototype, "pull", IMAGES, lookInto);
  gives(Containers.prototype, "info", CONTAINERS);

  drawCard(Image.prototype, (image) => IMAGES.cardOf(image));
  drawCard(Lease.prototype, (lease) => LEASES.cardOf(lease));
  drawCard(Container.prototype, (one) => liveContainerCard(one, context.container(one.id)));
  drawCard(RunBuilder.prototype, leafCard);
  drawCard(ExecBuilder.prototype, leafCard);
  drawCard(ContainerBuilder.prototype, builderCard);
  drawAs(RunResult.prototype, (result, on) => on.nested ? on.plain() : drawResult(result, on));
  drawAs(DavitError.prototype, drawError);
  drawCard(Namespace.prototype, namespaceCard);
  drawCard(Client.prototype, clientCard);
  for (const { prototype } of CLASSES) dress(prototype);
  drawAsNoun(Namespaces.prototype, () => "namespaces");
  hintAtAwait(() => context.line());
}

/** Gives the collections of namespaces their looks, whichever there are. */
export function lookOfCollections(ns: Namespace): void {
  for (const { name, prototype } of collectionsOf(ns)) {
    drawAsNoun(prototype, () => name.toLowerCase());
    if (ownMethod(prototype, "list") && !described.has(prototype)) listsAnything(prototype, name);
    dress(prototype);
  }
}

/** The kind of what a collection lists that nobody described, by the name of its class. */
function kindOf(collection: string): Kind<object> {
  const plural = wordsOf(collection);
  const name = plural.replace(/(x|s|sh|ch)es$/, "$1").replace(/([^s])s$/, "$1");
  return defineKind<object>({ name, plural, columns: autoColumns, card: autoCard });
}

/** Has `list()` of a collection that nobody described print as a table, where it gives an array. */
function listsAnything(prototype: object, collection: string): void {
  const kind = kindOf(collection);
  const dressed = (value: unknown) => Array.isArray(value) ? kind.list(value) : value;
  wrapMethod(prototype, "list", (call) => (self, args) => {
    const result = call(self, args);
    // Long lists come item by item.
    return result instanceof Promise ? result.then(dressed) : result;
  });
  described.add(prototype);
}

/** Classes whose lists were described. */
const described = new Set<object>();

/** What was given a look of its own; other results get one that is made from what they hold. */
const dressed = new WeakSet<object>();

/** Has the methods of a class return what prints well, whatever it is. */
function dress(prototype: object): void {
  if (dressed.has(prototype)) return;
  dressed.add(prototype);
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (!ownMethod(prototype, name) || name === "then") continue;
    wrapMethod(prototype, name, (call) => (self, args) => {
      const result = call(self, args);
      return result instanceof Promise ? result.then(dressValue) : dressValue(result);
    });
  }
}

const AUTO: Kind<object> = defineKind<object>({
  name: "item",
  columns: autoColumns,
  card: autoCard,
});

/** What is Deno's own to print: streams, dates and the like; and what is gone through. */
const FOREIGN = [Symbol.iterator, Symbol.asyncIterator, Symbol.toStringTag, "$typeName"];

/** Whether a prototype is that of a class that is written in JavaScript. */
function isOwnClass(prototype: object): boolean {
  if (FOREIGN.some((key) => key in prototype)) return false;
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof constructor === "function" &&
    /^class\b/.test(Function.prototype.toString.call(constructor));
}

/** Gives a list, or an object of the SDK, a look if it has none. */
function dressValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (INSPECT in value) {
    if (!(DISPLAY in value)) displayAsText(Object.getPrototypeOf(value));
    return value;
  }
  if (Array.isArray(value)) {
    const plain = value.length > 0 &&
      value.every((item) =>
        typeof item === "object" && item !== null && !Array.isArray(item) &&
        !ArrayBuffer.isView(item)
      );
    return plain ? AUTO.list(value) : value;
  }
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || !isOwnClass(prototype)) return value;
  drawCard(prototype, autoCard);
  dress(prototype);
  return value;
}

/** Has all of a class print as cards. */
function drawCard<T extends object>(prototype: T, cardOf: (thing: T) => Card): void {
  drawAs(prototype, (thing, on) => drawnCard(cardOf(thing), on), async (thing) => {
    const { cardHtml } = await import("./html.ts");
    return cardHtml(cardOf(thing));
  });
}

function namespaceCard({ name }: Namespace): Card {
  return {
    kind: "namespace",
    title: name,
    facts: [],
    hint: ".images .containers .content .leases .snapshots .run() .container() .build() .events()",
  };
}

function clientCard({ address }: Client): Card {
  return {
    kind: "client",
    title: address,
    facts: [],
    hint: ".namespaces .namespace(name) .version() .features() .plugins() .api",
  };
}

/** Has a method's array print as a table. */
function lists<T extends object, I extends object>(
  prototype: T,
  method: string,
  kind: Kind<I>,
  prepare?: (items: readonly I[]) => Promise<void>,
): void {
  described.add(prototype);
  wrapMethod(prototype, method, (call) => async (self, args) => {
    const items = await call(self, args) as readonly I[];
    await prepare?.(items);
    return kind.list(items);
  });
}

/** Has a method's result print as a card. */
function gives<T extends object, I extends object>(
  prototype: T,
  method: keyof T & string,
  kind: Kind<I>,
  prepare?: (items: readonly I[]) => Promise<void>,
): void {
  wrapMethod(prototype, method, (call) => async (self, args) => {
    const item = await call(self, args) as I;
    await prepare?.([item]);
    kind.add(item);
    return item;
  });
}
