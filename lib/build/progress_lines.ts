/**
 * The progress of a build as lines of text, for logs and terminals alike.
 *
 * @module
 */
import type { BuildProgress } from "./options.ts";

/**
 * Makes a listener that writes a line when a step begins and ends, and each line that a command
 * writes. Steps of several stages are told apart by what they begin with.
 *
 * @param write Takes a line, without its end.
 */
export function progressLines(write: (line: string) => void): (progress: BuildProgress) => void {
  const rest = new Map<string, string>();
  const cached = new Set<string>();
  return (progress) => {
    const { phase, name, stage, index, count } = progress;
    const head = index === 0 ? "" : `[${stage} ${index}/${count}] `;
    switch (phase) {
      case "step":
        return write(`${head}${name}`);
      case "cached":
        cached.add(head);
        return;
      case "run": {
        const lines = ((rest.get(head) ?? "") + (progress.output ?? "")).split(/\r?\n/);
        rest.set(head, lines.pop()!);
        for (const line of lines) write(`${head}| ${line}`);
        return;
      }
      case "done": {
        const left = rest.get(head);
        if (left) write(`${head}| ${left}`);
        rest.delete(head);
        const seconds = ((progress.durationMs ?? 0) / 1000).toFixed(1);
        return write(`${head}${cached.delete(head) ? "cached" : `done in ${seconds} s`}`);
      }
      case "unpack":
        if (progress.current === 0) write(`unpacking ${name}`);
        return;
    }
  };
}
