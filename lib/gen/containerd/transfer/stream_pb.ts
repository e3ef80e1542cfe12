// Generated from proto/containerd/transfer/stream.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/transfer/stream.proto.
 */
export const file_containerd_transfer_stream: GenFile = /*@__PURE__*/
  fileDesc("CiBjb250YWluZXJkL3RyYW5zZmVyL3N0cmVhbS5wcm90bxIZY29udGFpbmVyZC50eXBlcy50cmFuc2ZlciIUCgREYXRhEgwKBGRhdGEYASABKAwiHgoMV2luZG93VXBkYXRlEg4KBnVwZGF0ZRgBIAEoBSIwCgpSZWFkU3RyZWFtEg4KBnN0cmVhbRgBIAEoCRISCgptZWRpYV90eXBlGAIgASgJIjEKC1dyaXRlU3RyZWFtEg4KBnN0cmVhbRgBIAEoCRISCgptZWRpYV90eXBlGAIgASgJYgZwcm90bzM");

/**
 * A piece of a byte stream; at most 32 KiB from the daemon. Since 1.7.0.
 */
export type Data = Message<"containerd.types.transfer.Data"> & {
  /**
   * The bytes.
   */
  data: Uint8Array;
};

/**
 * Describes the message containerd.types.transfer.Data.
 * Use `create(DataSchema)` to create a new message.
 */
export const DataSchema: GenMessage<Data> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_stream, 0);

/**
 * The receiver of a byte stream allows its sender more. Since 1.7.0.
 */
export type WindowUpdate = Message<"containerd.types.transfer.WindowUpdate"> & {
  /**
   * Bytes to add to what may be sent.
   */
  update: number;
};

/**
 * Describes the message containerd.types.transfer.WindowUpdate.
 * Use `create(WindowUpdateSchema)` to create a new message.
 */
export const WindowUpdateSchema: GenMessage<WindowUpdate> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_stream, 1);

/**
 * Bytes from the client as source of a transfer.
 * Since 2.3.0, as a type: no released daemon acts on it.
 */
export type ReadStream = Message<"containerd.types.transfer.ReadStream"> & {
  /**
   * Id of the stream.
   */
  stream: string;

  /**
   * Media type of the bytes.
   */
  mediaType: string;
};

/**
 * Describes the message containerd.types.transfer.ReadStream.
 * Use `create(ReadStreamSchema)` to create a new message.
 */
export const ReadStreamSchema: GenMessage<ReadStream> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_stream, 2);

/**
 * Bytes to the client as destination of a transfer.
 * Since 2.3.0, as a type: no released daemon acts on it.
 */
export type WriteStream = Message<"containerd.types.transfer.WriteStream"> & {
  /**
   * Id of the stream.
   */
  stream: string;

  /**
   * Media type of the bytes.
   */
  mediaType: string;
};

/**
 * Describes the message containerd.types.transfer.WriteStream.
 * Use `create(WriteStreamSchema)` to create a new message.
 */
export const WriteStreamSchema: GenMessage<WriteStream> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_stream, 3);

