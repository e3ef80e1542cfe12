// The parts of jsr:@std/streams that this project uses, with the published signatures.
export class TextLineStream extends TransformStream<string, string> {
  constructor(options?: { allowCR?: boolean });
}
export function concatReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export function mergeReadableStreams<T>(...streams: ReadableStream<T>[]): ReadableStream<T>;
export function toArrayBuffer(readableStream: ReadableStream<Uint8Array>): Promise<ArrayBuffer>;
export function toText(stream: ReadableStream): Promise<string>;
export function toJson(stream: ReadableStream): Promise<unknown>;
