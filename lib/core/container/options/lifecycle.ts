/**
 * Options of a container's life: its labels, how it is stopped, whether it is started again.
 *
 * @module
 */
import { RuntimeOptions } from "./runtime.ts";

/** The methods that tell of a container's life. */
export abstract class LifecycleOptions<Self> extends RuntimeOptions<Self> {
  /** Labels of the container. */
  labels(labels: Record<string, string>): Self {
    return this.clone({ ...this.plan, labels: { ...this.plan.labels, ...labels } });
  }
}
