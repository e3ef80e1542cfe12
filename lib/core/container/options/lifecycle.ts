/**
 * Options of a container's life: its labels, how it is stopped.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { type Duration, parseDuration } from "../../../oci/durations.ts";
import { checkLabels } from "../../../oci/names.ts";
import { parseSignal, type Signal, signalName } from "../../../oci/signals.ts";
import { STOP_SIGNAL_LABEL, STOP_TIMEOUT_LABEL } from "../labels.ts";
import { readTextFile } from "./process.ts";
import { RuntimeOptions } from "./runtime.ts";

/** The methods that tell of a container's life. */
export abstract class LifecycleOptions<Self> extends RuntimeOptions<Self> {
  /**
   * Labels of the container.
   *
   * @throws {InvalidArgumentError} when key and value are longer than 4096 bytes together.
   */
  labels(labels: Readonly<Record<string, string>>): Self {
    checkLabels(labels);
    return this.clone({ ...this.plan, labels: { ...this.plan.labels, ...labels } });
  }

  /**
   * Labels from a file of this machine: a `KEY=VALUE` or `KEY` a line, `#` for comments. It is read
   * now.
   *
   * @throws {InvalidArgumentError} when it cannot be read.
   */
  labelFile(path: string): Self {
    const lines = readTextFile(path, "label file").split(/\r?\n/).map((line) => line.trim());
    const entries = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
      const [key = ""] = line.split("=", 1);
      if (key === "") {
        throw new InvalidArgumentError(`Cannot read label file "${path}": a line has no key`);
      }
      return [key, line.slice(key.length + 1)] as const;
    });
    return this.labels(Object.fromEntries(entries));
  }

  /** The signal that asks it to end, see `stop()`; the image's by default, else `SIGTERM`. */
  stopSignal(signal: Signal): Self {
    const name = signalName(parseSignal(signal)) ?? `${signal}`;
    return this.labels({ [STOP_SIGNAL_LABEL]: name });
  }

  /** How long it has to end before it is killed, see `stop()`; `"10s"` by default. Whole seconds. */
  stopTimeout(timeout: Duration): Self {
    const seconds = Math.ceil(parseDuration(timeout, "stop timeout") / 1000);
    return this.labels({ [STOP_TIMEOUT_LABEL]: `${seconds}` });
  }
}
