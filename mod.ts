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
export type { CarriedCache } from "./lib/build/cache_registry.ts";
export type { RebaseOptions } from "./lib/build/rebase.ts";
export type { BillOfMaterials } from "./lib/build/sbom/documents.ts";
export type { Distribution, InstalledPackage } from "./lib/build/sbom/packages.ts";
export type { Sbom, SbomOptions } from "./lib/build/sbom/sbom.ts";
export type { PrunedBuilds } from "./lib/build/prune.ts";
export type { DockerfileOptions } from "./lib/build/dockerfile/build.ts";
export type { BuildOptions, BuildProgress } from "./lib/build/options.ts";
export type { GzipLevel } from "./lib/build/codec.ts";
export type { LayerCompression } from "./lib/build/layer.ts";
export type {
  AddOptions,
  BuildMount,
  BuildNetwork,
  BuildPlan,
  BuildStep,
  CacheMount,
  CheckedPlan,
  CheckedStep,
  ContentMount,
  CopyOptions,
  CopyOrigin,
  CopySource,
  FilesMount,
  MemoryFiles,
  MemoryMount,
  RunDescription,
  SecretMount,
  StepOrigin,
} from "./lib/build/plan.ts";
export type { Stage, StageBase, StageHolder } from "./lib/build/stage.ts";
export { ImageBuilder } from "./lib/build/builder.ts";
export { Client, type ServerVersion } from "./lib/client/client.ts";
export type { AdoptOptions } from "./lib/core/container/adopt.ts";
export type { Attachment } from "./lib/core/attach/attach.ts";
export { ActiveContainer, PausedContainer } from "./lib/core/container/active.ts";
export { Container } from "./lib/core/container/container.ts";
export type { ContainerFilter } from "./lib/core/container/filter.ts";
export { CreatedContainer, IdleContainer, StoppedContainer } from "./lib/core/container/idle.ts";
export type { ContainerInspection } from "./lib/core/container/inspect.ts";
export type {
  DockerConfig,
  DockerContainer,
  DockerHostConfig,
  DockerMount,
  DockerPort,
  DockerState,
} from "./lib/core/container/inspect_docker.ts";
export type { NetworkCounters, NetworkMetrics } from "./lib/core/container/network_metrics.ts";
export type { PublishedPort } from "./lib/core/container/ports.ts";
export { RunningContainer } from "./lib/core/container/running.ts";
export type { AnyContainer } from "./lib/core/container/states.ts";
export type { StopOptions } from "./lib/core/container/stop.ts";
export { ContainerBuilder } from "./lib/core/container/builder.ts";
export type {
  ContainerWarning,
  DescribedSpec,
  SpecField,
} from "./lib/core/container/described_spec.ts";
export type { IdMaps } from "./lib/core/container/id_maps.ts";
export type {
  BindMount,
  ImageMount,
  MountOptions,
  RawMount,
  TmpfsMount,
} from "./lib/core/container/mounts.ts";
export type { Propagation } from "./lib/core/container/options/mounts.ts";
export type {
  NamespaceName,
  NamespaceSource,
  UserNamespaceOptions,
} from "./lib/core/container/options/namespaces.ts";
export type {
  BlockIoOptions,
  CpuOptions,
  DeviceIo,
  MemoryOptions,
} from "./lib/core/container/options/resources.ts";
export type { RuncSettings, RuntimeSettings } from "./lib/core/container/runtime_settings.ts";
export type { PlanBase } from "./lib/core/container/options/base.ts";
export type { DeviceOptions, HostDeviceMount } from "./lib/core/container/options/devices.ts";
export type { LifecycleOptions } from "./lib/core/container/options/lifecycle.ts";
export type { FileSystemOptions } from "./lib/core/container/options/mounts.ts";
export type { NamespaceOptions } from "./lib/core/container/options/namespaces.ts";
export type { ProcessOptions } from "./lib/core/container/options/process.ts";
export type { ResourceOptions } from "./lib/core/container/options/resources.ts";
export type { RuntimeOptions } from "./lib/core/container/options/runtime.ts";
export type { SecurityOptions } from "./lib/core/container/options/security.ts";
export type {
  ContainerPlan,
  PullPlan,
  PullPolicy,
  RestartPolicy,
} from "./lib/core/container/plan.ts";
export { PlanBuilder } from "./lib/core/container/plan_builder.ts";
export type { PlanStep, StepMade, StepPlace, StepStage } from "./lib/core/container/step.ts";
export { type ContainerInfo, Containers } from "./lib/core/container/containers.ts";
export {
  type ByteSource,
  type ContentInfo,
  type ContentSelection,
  ContentStore,
} from "./lib/core/content/content.ts";
export type { Ingest } from "./lib/core/content/ingest.ts";
export type { WriteOptions, WrittenContent } from "./lib/core/content/upload.ts";
export type { WalkedContent } from "./lib/core/content/walk.ts";
export type { Compression } from "./lib/core/archive/recompress.ts";
export { ContentWritable } from "./lib/core/content/writable.ts";
export type { Deprecation } from "./lib/core/features/deprecations.ts";
export type {
  ContainerdEvent,
  EventGap,
  EventMessages,
  EventOf,
  EventTopic,
  UnknownEvent,
} from "./lib/core/event/types.ts";
export type { ContainerEvent, ContainerTopic, WatchItem } from "./lib/core/event/watch.ts";
export type {
  EventFields,
  EventItem,
  EventOptions,
  EventStream,
  OnceOptions,
} from "./lib/core/event/events.ts";
export type {
  ContentDiskUsage,
  DiskUsage,
  ImageDiskUsage,
  SnapshotDiskUsage,
} from "./lib/core/garbage/df.ts";
export type { DiffOptions } from "./lib/core/snapshot/diff.ts";
export { ExecBuilder } from "./lib/core/exec/exec.ts";
export type { ExitStatus } from "./lib/core/process/exit_status.ts";
export type { ExplainTarget, Explanation, Freed, RootPath } from "./lib/core/garbage/explain.ts";
export type { Resource } from "./lib/core/garbage/explain_graph.ts";
export type { Features, SnapshotterFeatures } from "./lib/core/features/features.ts";
export type { Health } from "./lib/core/features/health.ts";
export type { RuntimeFeatures } from "./lib/core/features/runtime.ts";
export type { HealthStatus } from "./lib/core/health/health.ts";
export type { HealthCheck, HealthProbe, HealthTiming } from "./lib/core/health/config.ts";
export { NetworkingOptions } from "./lib/core/network/options.ts";
export type { DnsStats, NetworkDns, ServeDnsOptions } from "./lib/core/network/dns/types.ts";
export {
  type NetworkDetails,
  type NetworkInfo,
  type NetworkMember,
  Networks,
} from "./lib/core/network/networks.ts";
export type { AttachOptions, DnsOptions } from "./lib/core/network/plan.ts";
export type { CniConfig, CniPlugin } from "./lib/oci/cni_config.ts";
export type {
  DhcpOptions,
  NetworkDriver,
  NetworkOptions,
  NetworkResolver,
  NetworkSubnet,
} from "./lib/oci/cni_network.ts";
export type { PortProtocol, PublishOptions } from "./lib/oci/ports.ts";
export type { ProbeResult } from "./lib/core/health/probe.ts";
export type {
  AddedFile,
  ChangedFile,
  ChangedPart,
  FileChange,
  RemovedFile,
} from "./lib/core/files/compare.ts";
export type { CommitOptions, ProcessConfig } from "./lib/core/fork/commit.ts";
export type { ForkOptions, Forks } from "./lib/core/fork/fork.ts";
export type { ContainerSnapshot } from "./lib/core/fork/state.ts";
export type { FileAttributes, FileInfo } from "./lib/core/files/info.ts";
export type { FileKind, RootFileInfo } from "./lib/host/root.ts";
export {
  type CopyInOptions,
  type FileContent,
  Files,
  type NewFileOptions,
  type WriteFileOptions,
} from "./lib/core/files/files.ts";
export {
  type CopiedFiles,
  type CopyOutOptions,
  type FileOptions,
  FilesView,
  type ReadFileOptions,
  type WalkOptions,
} from "./lib/core/files/view.ts";
export { Image } from "./lib/core/image/image.ts";
export type { CheckOptions, ImageCheck, PlatformCheck } from "./lib/core/image/check.ts";
export type { ConvertOptions } from "./lib/core/image/convert.ts";
export type { HistoryEntry } from "./lib/core/image/history.ts";
export type {
  CreateIndexOptions,
  IndexChanges,
  IndexMember,
} from "./lib/core/image/index_image.ts";
export type { ImageInspection, ManifestInspection } from "./lib/core/image/inspect.ts";
export type { DockerImageInspect } from "./lib/core/image/inspect_docker.ts";
export type { PrunedImages, PruneOptions } from "./lib/core/image/prune.ts";
export type { RepairOptions } from "./lib/core/image/repair.ts";
export type { ResolvedImage } from "./lib/core/image/resolve.ts";
export type { SyncOptions } from "./lib/core/image/sync.ts";
export type { TrustOptions } from "./lib/core/image/trust.ts";
export type { ImageUsage } from "./lib/core/image/usage.ts";
export type { ArchiveSource, ImportOptions, ImportProgress } from "./lib/core/image/import.ts";
export type { ExportOptions } from "./lib/core/image/export.ts";
export type { ImageProgress, OnImageProgress } from "./lib/core/image/progress.ts";
export { Images, type ImageSelection } from "./lib/core/image/images.ts";
export type { PullOptions } from "./lib/core/pull/pull.ts";
export type { SyncProgress, SyncPullOptions } from "./lib/core/pull/sync.ts";
export type { PushedImage, PushOptions } from "./lib/core/push/push.ts";
export { Lease, Leases } from "./lib/core/lease/leases.ts";
export type { LogOptions } from "./lib/core/logs/logs.ts";
export type { LogEntry } from "./lib/core/logs/record.ts";
export type { LogLimits } from "./lib/core/logs/setup.ts";
export type {
  CpuMetrics,
  IoMetrics,
  MemoryMetrics,
  PidsMetrics,
  TaskMetrics,
} from "./lib/core/task/metrics.ts";
export { Namespace } from "./lib/client/namespace.ts";
export { type NamespaceInfo, Namespaces } from "./lib/core/namespace/namespaces.ts";
export type {
  ActiveMount,
  FileSystemMount,
  MountActivation,
  Mounts,
} from "./lib/core/snapshot/mounts.ts";
export type { DeletedContents } from "./lib/core/namespace/delete.ts";
export type { PluginInfo } from "./lib/core/features/plugins.ts";
export type { Call, CallObserver, Interceptor } from "./lib/core/policy/policy.ts";
export { CallMetrics, type CallStats } from "./lib/core/policy/metrics.ts";
export { type SpanLike, traceCalls, type TracerLike } from "./lib/core/policy/tracing.ts";
export type { Restriction } from "./lib/core/policy/restricted.ts";
export { SpawnedProcess } from "./lib/core/process/process.ts";
export { ProcessLeaf } from "./lib/core/process/leaf.ts";
export type { OutputLine } from "./lib/core/process/follow.ts";
export type { ByteSink, InputSource, OutputDestination } from "./lib/core/process/options.ts";
export { RunBuilder } from "./lib/core/run/run.ts";
export { RunResult } from "./lib/core/run/result.ts";
export type { MessageStream } from "./lib/core/transfer/streaming.ts";
export type { Sandbox } from "./lib/core/sandbox/sandbox.ts";
export type { SandboxExit, SandboxInfo, SandboxStatus } from "./lib/core/sandbox/info.ts";
export type { Sandboxes, SandboxOptions } from "./lib/core/sandbox/sandboxes.ts";
export {
  ActiveSnapshot,
  Snapshot,
  type SnapshotInfo,
  type SnapshotKind,
  type SnapshotMount,
  type SnapshotUsage,
  SnapshotView,
} from "./lib/core/snapshot/snapshot.ts";
export { SnapshotBuilder, type SnapshotParent } from "./lib/core/snapshot/builder.ts";
export type { SnapshotNode, SnapshotTree } from "./lib/core/snapshot/tree.ts";
export { Snapshots, type SnapshotSelection } from "./lib/core/snapshot/snapshots.ts";
export type { SnapshotterInfo } from "./lib/core/snapshot/snapshotter.ts";
export type { Checkpoint, CheckpointOptions } from "./lib/core/task/checkpoint.ts";
export type { ContainerState } from "./lib/core/task/state.ts";
export { type ContainerProcess, type TaskInfo, Tasks } from "./lib/core/task/tasks.ts";
export type { ContainerStats, StatsOptions } from "./lib/core/container/stats.ts";
export type { Dashboard, ServeOptions } from "./lib/serve/serve.ts";
export type { SweepResult } from "./lib/core/session/sweep.ts";
export type { TransferOptions, TransferProgress } from "./lib/core/transfer/transfer.ts";
export type {
  TransferCredentials,
  TransferDestination,
  TransferImage,
  TransferRegistry,
  TransferSource,
} from "./lib/core/transfer/ends.ts";
export type { InteractiveEnd, InteractiveOptions } from "./lib/core/process/terminal.ts";
export type { TopProcess } from "./lib/core/container/top.ts";
export type { ReadyCondition, UntilOptions } from "./lib/core/container/until.ts";
export type { VolumeMount } from "./lib/core/volume/step.ts";
export type { Volume, VolumeSnapshot } from "./lib/core/volume/volume.ts";
export type { Volumes } from "./lib/core/volume/volumes.ts";
export { connect, type ConnectOptions } from "./lib/client/connect.ts";
export type { SshOptions } from "./lib/host/ssh/master.ts";
export type { Daemon, StartDaemonOptions } from "./lib/daemon/private_daemon.ts";
export type { DaemonConfig } from "./lib/daemon/config.ts";
export type { ImageCandidate, VerifyPolicy } from "./lib/trust/policy.ts";
export type { ImageSignature, SignOptions } from "./lib/trust/sign.ts";
export * from "./lib/errors/errors.ts";
export * from "./lib/errors/image_errors.ts";
export * from "./lib/errors/process_errors.ts";
export { readLines } from "./lib/io/lines.ts";
export type { LogFileOptions } from "./lib/core/logs/writer.ts";
export type { OutputStream } from "./lib/io/capture.ts";
