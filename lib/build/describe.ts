/**
 * Steps in words: as they stand in an image's history, in progress and in errors.
 *
 * @module
 */
import { quoteWords } from "../core/process/target.ts";
import type { BuildStep, CopySource, RunDescription } from "./plan.ts";

/**
 * A step as one line, as it stands in the image's history; much like a line of a Dockerfile.
 *
 * @example `ENV A=1`, `COPY ./dist /app`, `ENTRYPOINT ["node","main.js"]`
 */
export function describeStep(step: BuildStep): string {
  switch (step.kind) {
    case "copy":
      return `COPY ${describeSource(step.from)} ${step.to}`;
    case "add":
      return `ADD ${describeSource(step.from)} ${step.to}`;
    case "run":
      return `RUN ${describeCommand(step.run)}`;
    case "env":
      return `ENV ${pairs(step.variables)}`;
    case "label":
      return `LABEL ${pairs(step.labels)}`;
    case "workdir":
      return `WORKDIR ${step.path}`;
    case "user":
      return `USER ${step.user}`;
    case "entrypoint":
      return `ENTRYPOINT ${JSON.stringify(step.argv)}`;
    case "command":
      return `CMD ${JSON.stringify(step.argv)}`;
    case "expose":
      return `EXPOSE ${step.ports.join(" ")}`;
    case "volume":
      return `VOLUME ${JSON.stringify(step.paths)}`;
    case "stopSignal":
      return `STOPSIGNAL ${step.signal}`;
    case "shell":
      return `SHELL ${JSON.stringify(step.argv)}`;
    case "healthcheck":
      return `HEALTHCHECK ${JSON.stringify(step.check)}`;
    case "onbuild":
      return `ONBUILD ${step.instruction}`;
  }
}

/** A command in one line. */
export function describeCommand({ argv, script }: RunDescription): string {
  return script?.trim().replaceAll(/\s*\n\s*/g, " ") ?? quoteWords(argv ?? []);
}

/**
 * What is copied, without what differs from machine to machine: the folder that a path is in must
 * not change the image.
 */
function describeSource(from: CopySource): string {
  if (from instanceof Uint8Array) return "(bytes)";
  if (from instanceof ReadableStream) return "(stream)";
  if (Array.isArray(from)) return from.map((one) => describeSource(one)).join(" ");
  if (typeof from === "object" && !(from instanceof URL)) return "(files)";
  const path = from instanceof URL ? decodeURIComponent(from.pathname) : from;
  return path.split("/").findLast((part) => part !== "") ?? "/";
}

function pairs(record: Readonly<Record<string, string>>): string {
  return Object.entries(record).map(([key, value]) =>
    `${key}=${/^[\w./:@%+,-]*$/.test(value) ? value : JSON.stringify(value)}`
  ).join(" ");
}
