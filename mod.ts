/**
 * Typed container workflows on containerd.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 *
 * await using davit = await connect();
 * const ns = davit.namespace("ci");
 * console.log(await ns.run("alpine:3.20").command("uname", "-r").text());
 * ```
 *
 * @module
 */
export type { BuildOptions, BuildProgress } from "./lib/build/execute.ts";
export type { LayerCompression } from "./lib/build/layer.ts";
export type {
  BuildPlan,
  BuildStep,
  CopyOptions,
  CopySource,
  MemoryFiles,
} from "./lib/build/plan.ts";
export { ImageBuilder } from "./lib/build/builder.ts";
export { Client, type ServerVersion } from "./lib/client/client.ts";
export type { Attachment } from "./lib/core/attach.ts";
export { Container, RunningContainer } from "./lib/core/container.ts";
export { ContainerBuilder } from "./lib/core/container_builder.ts";
export type {
  BindMount,
  ContainerPlan,
  MountOptions,
  TmpfsMount,
} from "./lib/core/container_plan.ts";
export { PlanBuilder } from "./lib/core/container_plan.ts";
export { type ContainerInfo, Containers } from "./lib/core/containers.ts";
export {
  type ByteSource,
  type ContentInfo,
  type ContentSelection,
  ContentStore,
} from "./lib/core/content.ts";
export type { Ingest } from "./lib/core/content_ingest.ts";
export type { WriteOptions, WrittenContent } from "./lib/core/content_upload.ts";
export type { WalkedContent } from "./lib/core/content_walk.ts";
export { ContentWritable } from "./lib/core/content_writable.ts";
export type { Deprecation } from "./lib/core/deprecations.ts";
export type {
  ContainerdEvent,
  EventGap,
  EventMessages,
  EventOf,
  EventTopic,
  UnknownEvent,
} from "./lib/core/event_types.ts";
export type { ContainerEvent, ContainerTopic, WatchItem } from "./lib/core/event_watch.ts";
export type {
  EventFields,
  EventItem,
  EventOptions,
  EventStream,
  OnceOptions,
} from "./lib/core/events.ts";
export type {
  ContentDiskUsage,
  DiskUsage,
  ImageDiskUsage,
  SnapshotDiskUsage,
} from "./lib/core/df.ts";
export type { DiffOptions } from "./lib/core/diff.ts";
export { ExecBuilder } from "./lib/core/exec.ts";
export type { ExitStatus } from "./lib/core/exit_status.ts";
export type { ExplainTarget, Explanation, Freed, RootPath } from "./lib/core/explain.ts";
export type { Resource } from "./lib/core/explain_graph.ts";
export type { Features, SnapshotterFeatures } from "./lib/core/features.ts";
export type { Health } from "./lib/core/features_health.ts";
export type { RuntimeFeatures } from "./lib/core/features_runtime.ts";
export type { HealthStatus } from "./lib/core/health.ts";
export type { HealthCheck, HealthProbe, HealthTiming } from "./lib/core/health_config.ts";
export type { ProbeResult } from "./lib/core/health_probe.ts";
export { Image, type ResolvedImage } from "./lib/core/image.ts";
export type { ArchiveSource, ImportOptions, ImportProgress } from "./lib/core/image_import.ts";
export type { ExportOptions } from "./lib/core/image_export.ts";
export type { ImageProgress, OnImageProgress } from "./lib/core/image_progress.ts";
export { Images } from "./lib/core/images.ts";
export type { PullOptions } from "./lib/core/pull.ts";
export type { PushedImage, PushOptions } from "./lib/core/push.ts";
export { Lease, Leases } from "./lib/core/leases.ts";
export type { LogOptions } from "./lib/core/logs.ts";
export type { LogEntry } from "./lib/core/logs_record.ts";
export type { LogLimits } from "./lib/core/logs_setup.ts";
export type {
  CpuMetrics,
  IoMetrics,
  MemoryMetrics,
  PidsMetrics,
  TaskMetrics,
} from "./lib/core/metrics.ts";
export { Namespace } from "./lib/client/namespace.ts";
export { type NamespaceInfo, Namespaces } from "./lib/core/namespaces.ts";
export type { ActiveMount, FileSystemMount, MountActivation, Mounts } from "./lib/core/mounts.ts";
export type { DeletedContents } from "./lib/core/namespace_delete.ts";
export type { PluginInfo } from "./lib/core/plugins.ts";
export type { Call, CallObserver, Interceptor } from "./lib/core/policy.ts";
export { CallMetrics, type CallStats } from "./lib/core/policy_metrics.ts";
export { type SpanLike, traceCalls, type TracerLike } from "./lib/core/policy_tracing.ts";
export type { Restriction } from "./lib/core/restricted.ts";
export { SpawnedProcess } from "./lib/core/process.ts";
export { ProcessLeaf } from "./lib/core/process_leaf.ts";
export type { ByteSink, InputSource, OutputDestination } from "./lib/core/process_options.ts";
export { RunBuilder } from "./lib/core/run.ts";
export { RunResult } from "./lib/core/run_result.ts";
export type { MessageStream } from "./lib/core/streaming.ts";
export type { Sandbox } from "./lib/core/sandbox.ts";
export type { SandboxExit, SandboxInfo, SandboxStatus } from "./lib/core/sandbox_info.ts";
export type { Sandboxes, SandboxOptions } from "./lib/core/sandboxes.ts";
export {
  ActiveSnapshot,
  Snapshot,
  type SnapshotInfo,
  type SnapshotKind,
  type SnapshotMount,
  type SnapshotUsage,
  SnapshotView,
} from "./lib/core/snapshot.ts";
export { SnapshotBuilder, type SnapshotParent } from "./lib/core/snapshot_builder.ts";
export type { SnapshotNode, SnapshotTree } from "./lib/core/snapshot_tree.ts";
export { Snapshots, type SnapshotSelection } from "./lib/core/snapshots.ts";
export type { SnapshotterInfo } from "./lib/core/snapshotter.ts";
export type { Checkpoint, CheckpointOptions } from "./lib/core/task_checkpoint.ts";
export type { ContainerState } from "./lib/core/task_state.ts";
export { type ContainerProcess, type TaskInfo, Tasks } from "./lib/core/tasks.ts";
export type { ContainerStats, StatsOptions } from "./lib/core/stats.ts";
export type { SweepResult } from "./lib/core/sweep.ts";
export type { TransferOptions, TransferProgress } from "./lib/core/transfer.ts";
export type {
  TransferCredentials,
  TransferDestination,
  TransferImage,
  TransferRegistry,
  TransferSource,
} from "./lib/core/transfer_ends.ts";
export type { InteractiveEnd, InteractiveOptions } from "./lib/core/terminal.ts";
export type { TopProcess } from "./lib/core/top.ts";
export type { ReadyCondition, UntilOptions } from "./lib/core/until.ts";
export { connect, type ConnectOptions } from "./lib/client/connect.ts";
export type { Daemon, StartDaemonOptions } from "./lib/daemon/private_daemon.ts";
export type { DaemonConfig } from "./lib/daemon/config.ts";
export * from "./lib/errors/errors.ts";
export { readLines } from "./lib/io/lines.ts";
export type { LogFileOptions } from "./lib/core/logs_writer.ts";
export type { OutputStream } from "./lib/io/capture.ts";
