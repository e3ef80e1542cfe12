/**
 * How containers are printed.
 *
 * @module
 */
import { ActiveContainer } from "../../core/container/active.ts";
import type { Container } from "../../core/container/container.ts";
import type { ContainerInfo } from "../../core/container/containers.ts";
import { formatPort } from "../../core/container/ports.ts";
import { OWNER_LABEL } from "../../core/session/owner.ts";
import { type Card, labelLines } from "../card.ts";
import { formatAge } from "../human.ts";
import type { Ink } from "../ink.ts";
import { defineKind, type Kind } from "../kind.ts";
import { familiarForm } from "../../oci/reference.ts";

const state = ({ state }: ContainerInfo): string => state ?? "no task";

function paintState(text: string, info: ContainerInfo, ink: Ink): string {
  if (info.state === "running") return ink.green(text);
  return info.state === "paused" || info.state === "pausing" ? ink.yellow(text) : ink.dim(text);
}

/** Its published ports. */
const ports = ({ ports }: ContainerInfo): string[] => ports.map(formatPort);

/** Containers, as lists hold them. */
export const CONTAINERS: Kind<ContainerInfo> = defineKind<ContainerInfo>({
  name: "container",
  columns: [
    {
      title: "ID",
      value: ({ id }) => id,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 12,
      cut: "middle",
    },
    {
      title: "NAME",
      value: ({ id, name }) => name === id ? "" : name,
      drop: 1,
      min: 10,
      cut: "middle",
    },
    { title: "STATE", value: state, paint: paintState, drop: 0 },
    { title: "IMAGE", value: ({ image }) => familiarForm(image), drop: 1, min: 12, cut: "start" },
    { title: "PORTS", value: (info) => ports(info).join(" "), drop: 2, min: 8 },
    { title: "PID", value: ({ pid }) => `${pid ?? ""}`, align: "right", drop: 3 },
    { title: "AGE", value: ({ createdAt }) => formatAge(createdAt), align: "right", drop: 2 },
    {
      title: "RUNTIME",
      value: ({ runtime }) => runtime.replace(/^io\.containerd\./, ""),
      paint: (text, _, ink) => ink.dim(text),
      drop: 4,
    },
  ],
  card: (info) => containerCard(info),
});

/** The card of a container, with what is known of it. */
function containerCard(info: ContainerInfo, hint?: string): Card {
  const { id, image, pid, runtime, createdAt, labels } = info;
  const all = Object.entries(labels).filter(([key]) => key !== OWNER_LABEL);
  // What tools note for themselves is long, and told by the other lines.
  const shown = all.filter(([key]) => !/^(nerdctl|davit)\//.test(key));
  const hidden = all.length - shown.length;
  return {
    kind: "container",
    title: id,
    facts: [
      ["name", info.name === id ? undefined : info.name],
      ["state", state(info) + (pid === undefined ? "" : `, pid ${pid}`)],
      ["image", familiarForm(image)],
      ["ports", ports(info)],
      ["age", formatAge(createdAt)],
      ["runtime", runtime],
      ["kept", OWNER_LABEL in labels ? "no: it goes with the script that made it" : "yes"],
      ["labels", [
        ...labelLines(Object.fromEntries(shown)),
        ...hidden > 0 ? [`${shown.length > 0 ? "and " : ""}${hidden} of tools`] : [],
      ]],
    ],
    ...(hint === undefined ? {} : { hint }),
  };
}

/** What can be done next, in each state. */
const HINTS: Readonly<Record<Container["state"], string>> = {
  created: ".start()  .remove()",
  running: `.exec("ps")  .stop()  .wait()  .remove()`,
  paused: ".resume()  .stop()  .remove()",
  stopped: ".start()  .logs()  .remove()",
};

/**
 * A container object as a card.
 *
 * @param container The object.
 * @param info What the last look at the daemon said of it, if it was there.
 */
export function liveContainerCard(
  container: Container,
  info: ContainerInfo | undefined,
): Card {
  const hint = HINTS[container.state];
  if (info) return containerCard(info, hint);
  return {
    kind: "container",
    title: container.id,
    facts: [["state", container.state], [
      "pid",
      container instanceof ActiveContainer ? `${container.pid}` : undefined,
    ]],
    hint,
  };
}
