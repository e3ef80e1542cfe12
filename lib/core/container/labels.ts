/**
 * Labels of containers that containerd's Go client, its daemon and nerdctl know.
 *
 * @module
 */

/** The signal that asks a container to stop, as the Go client writes it. */
export const STOP_SIGNAL_LABEL = "io.containerd.image.config.stop-signal";

/** How long it has to stop, in whole seconds; nerdctl's. */
export const STOP_TIMEOUT_LABEL = "nerdctl/stop-timeout";

/** Whether the daemon's restart monitor keeps it running: `running` or `stopped`. */
export const RESTART_STATUS_LABEL = "containerd.io/restart.status";

/** `always`, `unless-stopped` or `on-failure:N`. */
export const RESTART_POLICY_LABEL = "containerd.io/restart.policy";

/** Where the output of what the monitor starts goes. */
export const RESTART_LOG_LABEL = "containerd.io/restart.loguri";

/** How often the monitor has started it. */
export const RESTART_COUNT_LABEL = "containerd.io/restart.count";

/** Whether somebody stopped it on purpose. */
export const RESTART_STOPPED_LABEL = "containerd.io/restart.explicitly-stopped";

/** The start of the labels that name a container's views of other images; a view's key follows. */
export const IMAGE_MOUNT_LABEL = "davit/image-mount.";
