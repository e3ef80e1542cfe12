/** The content store. @module */
import { assert, assertEquals } from "@std/assert";
import type { Api } from "../../../lib/api/api.ts";
import { WriteAction } from "../../../lib/gen/containerd/services/content_pb.ts";
import {
  assertFails,
  collect,
  type ConformanceCase,
  Keeping,
  newBlob,
  store,
  uniqueId,
  write,
} from "./case.ts";

const { STAT, WRITE, COMMIT } = WriteAction;
const NONE = `sha256:${"0".repeat(64)}`;

async function refs(api: Api): Promise<string[]> {
  return (await api.content.listStatuses({})).statuses.map(({ ref }) => ref).sort();
}

export const contentCases: readonly ConformanceCase[] = [
  {
    name: "content: what is not there",
    async run({ ns }) {
      const { content } = ns.api;
      const missing = `not_found: content digest ${NONE}: not found`;
      await assertFails(content.info({ digest: NONE }), missing);
      await assertFails(content.read({ digest: NONE }), missing);
      await assertFails(content.delete({ digest: NONE }), missing);
      const update = { info: { digest: NONE, labels: {} }, updateMask: { paths: ["labels"] } };
      await assertFails(content.update(update), missing);
      await assertFails(
        content.status({ ref: "r" }),
        'not_found: could not get status for ref "r": reference r: not found',
      );
      await assertFails(content.abort({ ref: "r" }), "not_found: reference r: not found");
      await assertFails(content.info({ digest: "x" }), 'invalid_argument: "x" failed validation');
      await assertFails(
        content.read({ digest: "x" }),
        "invalid_argument: x: invalid checksum digest format",
      );
      await assertFails(
        content.delete({ digest: "x" }),
        "invalid_argument: invalid checksum digest format",
      );
    },
  },
  {
    name: "content: a write that is interrupted goes on",
    async run(subject) {
      await using keeping = await Keeping.in(subject.ns);
      const { api } = keeping.ns;
      const { bytes, digest } = await newBlob();
      const total = BigInt(bytes.length);
      const begin = { ref: "r", action: STAT, expected: digest, total };
      const first = await collect(
        write(api, begin, { action: WRITE, data: bytes.subarray(0, 5) }),
        (response) => [`${response.action} ${response.offset} ${response.total}`],
      );
      // The last answer comes twice.
      assertEquals(first, [`0 0 ${total}`, `1 5 ${total}`, `1 5 ${total}`]);
      const { status } = await api.content.status({ ref: "r" });
      assertEquals([status?.offset, status?.total, status?.expected], [5n, total, ""]);
      for (const offset of [2n, 9n]) {
        await assertFails(
          write(api, begin, { action: WRITE, offset, data: bytes.subarray(5) }),
          `out_of_range: write @${offset} must occur at current offset 5`,
        );
      }
      const rest = { action: COMMIT, offset: 5n, data: bytes.subarray(5), labels: { a: "1" } };
      const last = await collect(write(api, begin, rest), ({ digest }) => [digest]);
      assertEquals(last.at(-1), digest);
      assertEquals(await refs(api), []);
      const { info } = await api.content.info({ digest });
      assertEquals([info?.size, info?.labels], [total, { a: "1" }]);
      await api.content.delete({ digest });
    },
  },
  {
    name: "content: commits are checked",
    async run(subject) {
      await using keeping = await Keeping.in(subject.ns);
      const { api } = keeping.ns;
      const { bytes, digest } = await newBlob();
      const size = BigInt(bytes.length);
      await assertFails(
        write(api, { action: COMMIT, ref: "a", data: bytes, expected: NONE }),
        `failed_precondition: unexpected commit digest ${digest}, expected ${NONE}: ` +
          "failed precondition",
      );
      await assertFails(
        write(api, { action: COMMIT, ref: "b", data: bytes, total: size + 1n }),
        `failed_precondition: "b" failed size validation: ${size} != ${size + 1n}: ` +
          "failed precondition",
      );
      await assertFails(
        write(api, { action: COMMIT, ref: "c", data: bytes, labels: { k: "x".repeat(4097) } }),
        /^invalid_argument: info.Labels: label key and value .*greater than maximum size/,
      );
      await assertFails(
        write(api, { action: STAT }),
        "invalid_argument: first message must have a reference",
      );
      await assertFails(write(api), "unknown: EOF");
      // What failed can be tried again.
      assertEquals(await refs(api), ["a", "b", "c"]);
      for (const ref of await refs(api)) await api.content.abort({ ref });
      await store(api, bytes);
      const exists = `already_exists: content ${digest}: already exists`;
      await assertFails(write(api, { action: STAT, ref: "d", expected: digest }), exists);
      await assertFails(write(api, { action: COMMIT, ref: "e", data: bytes }), exists);
      assertEquals(await refs(api), []);
      await api.content.delete({ digest });
    },
  },
  {
    name: "content: a ref has one writer at a time",
    async run({ ns }) {
      const { api } = ns;
      const done = Promise.withResolvers<void>();
      async function* holding() {
        yield { action: STAT, ref: "r" };
        await done.promise;
      }
      const first = api.content.write(holding());
      await first.next();
      await assertFails(
        write(api, { action: STAT, ref: "r" }),
        new RegExp(`^unavailable: ref .*/r locked for .* \\(since .*\\): unavailable$`),
      );
      assertEquals(await refs(api), ["r"]);
      done.resolve();
      await collect(first, () => []);
      await collect(write(api, { action: STAT, ref: "r" }), () => []);
      await api.content.abort({ ref: "r" });
    },
  },
  {
    name: "content: any part can be read",
    async run(subject) {
      await using keeping = await Keeping.in(subject.ns);
      const { api } = keeping.ns;
      const { bytes, digest } = await newBlob(3 * 1024 * 1024 + 1);
      await store(api, bytes);
      const read = async (offset: number, size: number) => {
        const parts = await collect(
          api.content.read({ digest, offset: BigInt(offset), size: BigInt(size) }),
          ({ data }) => [data],
        );
        return new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
      };
      assertEquals(await read(0, 0), bytes);
      assertEquals(await read(3, 4), bytes.subarray(3, 7));
      assertEquals(await read(bytes.length - 2, 100), bytes.subarray(-2));
      assertEquals((await read(bytes.length, 0)).length, 0);
      await assertFails(
        api.content.read({ digest, offset: BigInt(bytes.length + 1) }),
        `out_of_range: read past object length ${bytes.length} bytes`,
      );
      await api.content.delete({ digest });
    },
  },
  {
    name: "content: labels and lists",
    async run(subject) {
      await using keeping = await Keeping.in(subject.ns);
      const { content } = keeping.ns.api;
      const { bytes, digest } = await newBlob();
      await store(keeping.ns.api, bytes, { a: "1" });
      const update = async (labels: Record<string, string>, ...paths: string[]) =>
        (await content.update({ info: { digest, labels }, updateMask: { paths } })).info?.labels;
      assertEquals(await update({ b: "2" }, "labels.b"), { a: "1", b: "2" });
      assertEquals(await update({ b: "" }, "labels.b"), { a: "1" });
      const list = (...filters: string[]) =>
        collect(content.list({ filters }), ({ info }) => info.map(({ digest }) => digest));
      assertEquals(await list(), [digest]);
      assertEquals(await list("labels.a==1"), [digest]);
      assertEquals(await list("labels.a==2"), []);
      assertEquals(await list(`digest==${digest}`), [digest]);
      assertEquals(await list(`size==${bytes.length}`), []);
      assertEquals(await update({ c: "3" }), { c: "3" });
      await assertFails(
        update({}, "size"),
        `invalid_argument: cannot update "size" field on content info "${digest}": ` +
          "invalid argument",
      );
      await content.delete({ digest });
    },
  },
  {
    name: "content: namespaces share bytes, not names",
    async run({ client, ns }) {
      await using keeping = await Keeping.in(ns);
      const { bytes, digest } = await newBlob();
      await store(keeping.ns.api, bytes);
      const other = client.namespace(uniqueId("conf"));
      await using keepingOther = await Keeping.in(other);
      const { api } = keepingOther.ns;
      await assertFails(
        api.content.info({ digest }),
        `not_found: content digest ${digest}: not found`,
      );
      const expected = { ref: "r", expected: digest, total: BigInt(bytes.length) };
      const [offset] = await collect(
        write(api, { action: STAT, ...expected }),
        ({ offset }) => [offset],
      );
      assertEquals(offset, BigInt(bytes.length));
      await collect(
        write(api, { action: COMMIT, ...expected, offset: BigInt(bytes.length) }),
        () => [],
      );
      assert((await api.content.info({ digest })).info);
      await ns.api.content.delete({ digest });
      assertEquals((await other.content.readAll(digest)).length, bytes.length);
      await api.content.delete({ digest });
      await client.api.namespaces.delete({ name: other.name });
    },
  },
];
