/**
 * The content store of the fake.
 *
 * @module
 */
import { ContentDeleteSchema } from "../gen/containerd/events/content_pb.ts";
import type { Content } from "../gen/containerd/services/content_pb.ts";
import { StatusCode } from "../rpc/wire_error.ts";
import { ContentWrite } from "./content_write.ts";
import { labelAt, matcherOf, textField } from "./filter_match.ts";
import type { CallInfo, ServiceHandlers } from "./router.ts";
import { type BlobRecord, type FakeState, type Ingest, now } from "./state.ts";
import { invalidArgument, notFound, required, status } from "./status.ts";
import { checkLabelSizes, digestFault, updateLabels } from "./validate.ts";

/** How many bytes a message of Read has. */
const CHUNK = 1024 * 1024;
/** How many blobs a message of List has. */
const PAGE = 100;

/** `containerd.services.content.v1.Content`. */
export function contentService(state: FakeState): ServiceHandlers<typeof Content> {
  const recordOf = (digest: string, call: CallInfo): BlobRecord => {
    const record = state.peek(call.namespace).content.get(digest);
    if (!record) throw notFound(`content digest ${digest}`);
    return record;
  };
  const infoOf = (digest: string, { createdAt, updatedAt, labels }: BlobRecord) => ({
    digest,
    size: BigInt(state.blobs.get(digest)?.length ?? 0),
    createdAt,
    updatedAt,
    labels,
  });
  return {
    info: ({ digest }, call) => {
      checkDigest(digest, `"${digest}" failed validation`);
      return { info: infoOf(digest, recordOf(digest, call)) };
    },
    update: ({ info, updateMask }, call) => {
      const { digest, labels } = required(info, "info");
      checkDigest(digest, `"${digest}" failed validation`);
      const record = recordOf(digest, call);
      const paths = updateMask?.paths ?? [];
      const mask = paths.length > 0 ? paths : ["labels"];
      const changed = updateLabels(
        record.labels,
        labels,
        mask,
        (path) => invalidArgument(`cannot update "${path}" field on content info "${digest}"`),
      );
      checkLabelSizes(changed, "info.Labels");
      record.labels = changed;
      record.updatedAt = now();
      return { info: infoOf(digest, record) };
    },
    async *list({ filters }, call) {
      // The size is a field, but no filter ever matches it.
      const matches = matcherOf<[string, BlobRecord]>(filters, ([digest, { labels }], path) => {
        if (path[0] === "digest") return textField(digest);
        return path[0] === "labels" ? labelAt(labels, path.slice(1)) : undefined;
      });
      const chosen = [...state.peek(call.namespace).content].filter(matches)
        .sort(([a], [b]) => a < b ? -1 : 1).map(([digest, record]) => infoOf(digest, record));
      for (let at = 0; at < chosen.length; at += PAGE) {
        yield await Promise.resolve({ info: chosen.slice(at, at + PAGE) });
      }
    },
    delete: ({ digest }, call) => {
      const { namespace } = call;
      checkDigest(digest, digestFault(digest) ?? "");
      recordOf(digest, call);
      const found = state.peek(namespace);
      found.content.delete(digest);
      found.unlease(call.lease, "content", digest);
      state.events.publish(namespace, "/content/delete", ContentDeleteSchema, { digest });
      return {};
    },
    async *read({ digest, offset, size }, call) {
      void call.namespace;
      checkDigest(digest, `${digest}: ${digestFault(digest)}`);
      recordOf(digest, call);
      const bytes = state.blobs.get(digest) ?? new Uint8Array();
      if (offset > bytes.length) {
        const text = `read past object length ${bytes.length} bytes`;
        throw status(StatusCode.OutOfRange, text);
      }
      const start = Math.max(Number(offset), 0);
      const end = size > 0 ? Math.min(start + Number(size), bytes.length) : bytes.length;
      for (let at = start; at < end; at += CHUNK) {
        const data = bytes.subarray(at, Math.min(at + CHUNK, end));
        yield await Promise.resolve({ offset: BigInt(at), data });
      }
    },
    status: ({ ref }, call) => {
      const ingest = state.peek(call.namespace).ingests.get(ref);
      if (!ingest) throw notFound(`could not get status for ref "${ref}": reference ${ref}`);
      return { status: statusOf(ingest) };
    },
    listStatuses: ({ filters }, call) => {
      const matches = matcherOf<Ingest>(
        filters,
        ({ ref }, path) => path[0] === "ref" ? textField(ref) : undefined,
      );
      const ingests = [...state.peek(call.namespace).ingests.values()].filter(matches);
      return { statuses: ingests.sort((a, b) => a.ref < b.ref ? -1 : 1).map(statusOf) };
    },
    abort: ({ ref }, call) => {
      const namespace = state.peek(call.namespace);
      if (!namespace.ingests.delete(ref)) throw notFound(`reference ${ref}`);
      namespace.unlease(call.lease, "ingests", ref);
      return {};
    },
    async *write(requests, call) {
      using write = new ContentWrite(state, call);
      yield* write.answer(requests);
    },
  };
}

/** The digest that a writer promised is not shown. */
function statusOf({ ref, startedAt, updatedAt, total, data }: Ingest) {
  return { ref, startedAt, updatedAt, total, offset: BigInt(data.length) };
}

function checkDigest(digest: string, text: string): void {
  if (digestFault(digest) !== undefined) throw status(StatusCode.InvalidArgument, text);
}
