/**
 * Progress of long work on a terminal.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { showProgress } from "@davit/sdk/progress";
 *
 * await using davit = await connect();
 * using progress = await showProgress();
 * await davit.namespace("ci").images.sync(["alpine:3.20", "debian:12"], {
 *   onProgress: progress.onProgress,
 * });
 * ```
 *
 * @module
 */
export { ProgressDisplay, type ProgressOptions, showProgress } from "./display.ts";
export type { ProgressStep } from "./render.ts";
