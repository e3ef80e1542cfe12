/**
 * What `help()` says.
 *
 * @module
 */
import type { Canvas } from "../ink.ts";
import { wrap } from "../width.ts";
import { drawPairs } from "./page.ts";

const GROUPS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ["Look around", [
    ["await images.list()", "the images; .get(name) .import(archive) .remove(name)"],
    ["await containers.list()", "the containers; containers.byName.NAME completes"],
    ["await leases.list()", "leases; likewise snapshots, davit.namespaces"],
    ['use("k8s.io")', "goes to another namespace"],
    ["await watch(containers)", "a table that follows what happens, until Ctrl-C"],
    ["await top()", "what the containers use, once a second"],
    ["for await (const e of events()) …", "what happens, until Ctrl-C"],
    ["await davit.serve()", "a page for the browser"],
  ]],
  ["Run things", [
    ['await run("alpine", "ls", "/")', "runs a command in a container that goes again"],
    ['await sh("alpine")`ls | wc -l`', "a shell script, in an image or a running container"],
    ["await $`ls`", "another one in the same place"],
    [
      'await container("web").image("nginx").start()',
      "a container that stays; .keep() past the prompt",
    ],
    ['await build("alpine").run("apk", "add", "jq").tag("x").build()', "makes an image"],
    ["cli`docker run --rm alpine ls`", "what that is here; await it to run it"],
  ]],
  ["The prompt", [
    ["last", "the last result or error; last.stack is an error's stack"],
    ["took", "how long the last line took"],
    ['save("script.ts")', "writes what worked as a script"],
    ["help(images.import)", "about a method; help(images) about all of its kind"],
    ["Ctrl-C, Ctrl-D", "ends what the line does; ends the prompt"],
  ]],
];

/** Draws it. @param names Those of the collections. */
export function drawOverview(names: readonly string[], on: Canvas): string {
  return GROUPS.map(([title, pairs]) => [on.ink.bold(title), ...drawPairs(pairs, on)].join("\n"))
    .join("\n") +
    "\n" + wrap(`Names: davit ns ${names.join(" ")}`, on.width)
    .map(on.ink.dim).join("\n");
}
