/**
 * What proto/ has and Debian's copy of containerd 2.1 (and of cgroups 3.0) has not: first release →
 * full name → form, as surface.ts writes it. Taken from containerd's sources of v2.4.0-beta.0, so
 * that a slip in proto/ shows here.
 */
export const NEWER: Record<string, Record<string, string>> = {
  "2.2.0": {
    "io.containerd.cgroups.v2.Metrics.network": "9 repeated io.containerd.cgroups.v2.NetworkStat",
    "io.containerd.cgroups.v2.CPUStat.nr_bursts": "8 uint64",
    "io.containerd.cgroups.v2.CPUStat.burst_usec": "9 uint64",
    "io.containerd.cgroups.v2.HugeTlbStat.failcnt": "4 uint64",
    "io.containerd.cgroups.v2.NetworkStat": "",
    "io.containerd.cgroups.v2.NetworkStat.name": "1 string",
    "io.containerd.cgroups.v2.NetworkStat.rx_bytes": "2 uint64",
    "io.containerd.cgroups.v2.NetworkStat.rx_packets": "3 uint64",
    "io.containerd.cgroups.v2.NetworkStat.rx_errors": "4 uint64",
    "io.containerd.cgroups.v2.NetworkStat.rx_dropped": "5 uint64",
    "io.containerd.cgroups.v2.NetworkStat.tx_bytes": "6 uint64",
    "io.containerd.cgroups.v2.NetworkStat.tx_packets": "7 uint64",
    "io.containerd.cgroups.v2.NetworkStat.tx_errors": "8 uint64",
    "io.containerd.cgroups.v2.NetworkStat.tx_dropped": "9 uint64",
    "containerd.types.ActiveMount": "",
    "containerd.types.ActiveMount.mount": "1 containerd.types.Mount",
    "containerd.types.ActiveMount.mounted_at": "2 google.protobuf.Timestamp",
    "containerd.types.ActiveMount.mount_point": "3 string",
    "containerd.types.ActiveMount.data": "4 map<string, string>",
    "containerd.types.ActivationInfo": "",
    "containerd.types.ActivationInfo.name": "1 string",
    "containerd.types.ActivationInfo.active": "2 repeated containerd.types.ActiveMount",
    "containerd.types.ActivationInfo.system": "3 repeated containerd.types.Mount",
    "containerd.types.ActivationInfo.labels": "4 map<string, string>",
    "containerd.services.mounts.v1.ActivateRequest": "",
    "containerd.services.mounts.v1.ActivateRequest.name": "1 string",
    "containerd.services.mounts.v1.ActivateRequest.mounts": "2 repeated containerd.types.Mount",
    "containerd.services.mounts.v1.ActivateRequest.labels": "3 map<string, string>",
    "containerd.services.mounts.v1.ActivateRequest.temporary": "4 bool",
    "containerd.services.mounts.v1.ActivateResponse": "",
    "containerd.services.mounts.v1.ActivateResponse.info": "1 containerd.types.ActivationInfo",
    "containerd.services.mounts.v1.DeactivateRequest": "",
    "containerd.services.mounts.v1.DeactivateRequest.name": "1 string",
    "containerd.services.mounts.v1.InfoRequest": "",
    "containerd.services.mounts.v1.InfoRequest.name": "1 string",
    "containerd.services.mounts.v1.InfoResponse": "",
    "containerd.services.mounts.v1.InfoResponse.info": "1 containerd.types.ActivationInfo",
    "containerd.services.mounts.v1.UpdateRequest": "",
    "containerd.services.mounts.v1.UpdateRequest.info": "1 containerd.types.ActivationInfo",
    "containerd.services.mounts.v1.UpdateRequest.update_mask": "2 google.protobuf.FieldMask",
    "containerd.services.mounts.v1.UpdateResponse": "",
    "containerd.services.mounts.v1.UpdateResponse.info": "1 containerd.types.ActivationInfo",
    "containerd.services.mounts.v1.ListRequest": "",
    "containerd.services.mounts.v1.ListRequest.filters": "1 repeated string",
    "containerd.services.mounts.v1.ListMessage": "",
    "containerd.services.mounts.v1.ListMessage.info": "1 containerd.types.ActivationInfo",
    "containerd.services.mounts.v1.Mounts": "",
    "containerd.services.mounts.v1.Mounts.Activate":
      "(containerd.services.mounts.v1.ActivateRequest) returns (containerd.services.mounts.v1.ActivateResponse)",
    "containerd.services.mounts.v1.Mounts.Deactivate":
      "(containerd.services.mounts.v1.DeactivateRequest) returns (google.protobuf.Empty)",
    "containerd.services.mounts.v1.Mounts.Info":
      "(containerd.services.mounts.v1.InfoRequest) returns (containerd.services.mounts.v1.InfoResponse)",
    "containerd.services.mounts.v1.Mounts.Update":
      "(containerd.services.mounts.v1.UpdateRequest) returns (containerd.services.mounts.v1.UpdateResponse)",
    "containerd.services.mounts.v1.Mounts.List":
      "(containerd.services.mounts.v1.ListRequest) returns (stream containerd.services.mounts.v1.ListMessage)",
    "containerd.services.snapshots.v1.CommitSnapshotRequest.parent": "5 string",
  },
  "2.3.0": {
    "io.containerd.cgroups.v2.MemoryEvents.oom_group_kill": "6 uint64",
    "containerd.types.Platform.os_features": "5 repeated string",
    "containerd.services.sandbox.v1.ControllerStartResponse.spec": "7 google.protobuf.Any",
    "containerd.types.transfer.ContainerPath": "",
    "containerd.types.transfer.ContainerPath.container_id": "1 string",
    "containerd.types.transfer.ContainerPath.path": "2 string",
    "containerd.types.transfer.ContainerPath.no_walk": "3 bool",
    "containerd.types.transfer.ContainerPath.preserve_ownership": "4 bool",
    "containerd.types.transfer.ReadStream": "",
    "containerd.types.transfer.ReadStream.stream": "1 string",
    "containerd.types.transfer.ReadStream.media_type": "2 string",
    "containerd.types.transfer.WriteStream": "",
    "containerd.types.transfer.WriteStream.stream": "1 string",
    "containerd.types.transfer.WriteStream.media_type": "2 string",
  },
  "2.3.1": {
    "containerd.services.tasks.v1.CreateTaskRequest.task_api_address": "11 string",
    "containerd.services.tasks.v1.CreateTaskRequest.task_api_version": "12 uint32",
  },
  "2.4.0-beta.0": {
    "containerd.events.ContentCreate.mediaType": "3 string",
    "containerd.runc.v1.CheckpointOptions.parent_path": "10 string",
  },
};

/** What containerd has marked deprecated since: full name → release. */
export const DEPRECATED: Record<string, string> = {
  "containerd.runc.v1.Options.task_api_address": "2.3.1",
  "containerd.runc.v1.Options.task_api_version": "2.3.1",
};

/** What proto/ leaves out on purpose: full name → why. */
export const LEFT_OUT: Record<string, string> = {
  "containerd.types.fieldpath": "tells upstream's Go generator to write filter code",
  "containerd.types.fieldpath_all": "tells upstream's Go generator to write filter code",
};
