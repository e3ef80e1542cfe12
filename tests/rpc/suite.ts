/**
 * How a gRPC transport behaves, whichever it is: run over ours, and over connect-node as oracle.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError, type StreamResponse, type Transport } from "@connectrpc/connect";
import type { MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { BytesValueSchema } from "@bufbuild/protobuf/wkt";
import { echo } from "./echo_service.ts";
import type { Subject } from "./subjects.ts";

type Init = MessageInitShape<typeof BytesValueSchema>;
type Value = MessageShape<typeof BytesValueSchema>;

/** What a case gets: a fresh transport to the server of server.mjs. */
interface Case {
  readonly transport: Transport;
}

interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** One behaviour. */
interface Behaviour {
  readonly name: string;
  run(c: Case): Promise<void>;
  /** Why the oracle does something else, where it does. */
  readonly oracleDiffers?: string;
}

const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, i) => i);

async function* values(...items: readonly Uint8Array[]): AsyncIterable<Init> {
  for (const value of items) yield await Promise.resolve({ value });
}

function unary(
  { transport }: Case,
  action: string,
  value: Uint8Array = new Uint8Array(0),
  { headers, signal, timeoutMs }: CallOptions = {},
) {
  return transport.unary(echo.unary, signal, timeoutMs, { "x-do": action, ...headers }, { value });
}

function stream(
  { transport }: Case,
  kind: "server" | "client" | "biDi",
  action: string,
  input: AsyncIterable<Init>,
  { headers, signal, timeoutMs }: CallOptions = {},
): Promise<StreamResponse<typeof BytesValueSchema, typeof BytesValueSchema>> {
  const metadata = { "x-do": action, ...headers };
  return transport.stream(echo[kind], signal, timeoutMs, metadata, input);
}

async function all(response: Promise<{ message: AsyncIterable<Value> }>): Promise<Uint8Array[]> {
  const items: Uint8Array[] = [];
  for await (const { value } of (await response).message) items.push(value);
  return items;
}

async function fails(promise: Promise<unknown>, code: Code, text = ""): Promise<ConnectError> {
  const error = await assertRejects(() => promise, ConnectError, text);
  assertEquals(Code[error.code], Code[code], error.message);
  return error;
}

/** A request stream that stays open: yields what is pushed, until it is ended. */
function pushable() {
  const items: (Init | undefined)[] = [];
  let wake: (() => void) | undefined;
  async function* input(): AsyncGenerator<Init> {
    for (;;) {
      while (items.length === 0) await new Promise<void>((resolve) => wake = resolve);
      const item = items.shift();
      if (item === undefined) return;
      yield item;
    }
  }
  return {
    input: input(),
    push: (item: Init | undefined): void => {
      items.push(item);
      wake?.();
    },
  };
}

/** All behaviours that need a server like server.mjs. */
export const behaviours: readonly Behaviour[] = [
  {
    name: "unary messages of 0 bytes to 16 MiB come back",
    async run(c) {
      for (const length of [0, 1, 1000, 16_384, 100_000, 1_000_000, 16_777_206]) {
        const { message } = await unary(c, "echo", bytes(length));
        assertEquals(message.value.length, length);
        assert(message.value.every((byte, i) => byte === (i & 0xff)));
      }
    },
  },
  {
    name: "metadata goes both ways, binary too",
    async run(c) {
      const headers = { "x-echo": "a b", "x-echo-bin": "AQID" };
      const { header, trailer } = await unary(c, "echo", bytes(1), { headers });
      for (const got of [header, trailer]) {
        assertEquals([got.get("x-echo"), got.get("x-echo-bin")], ["a b", "AQID"]);
      }
    },
  },
  {
    name: "errors have code, message, metadata and details",
    async run(c) {
      // google.rpc.Status { code: 5, message: "nöt", details: [Any { "t/a.B", 07 }] }
      const details = [8, 5, 18, 4, 110, 195, 182, 116, 26, 10, 10, 5, 116, 47, 97, 46, 66, 18, 1];
      const headers = {
        "x-status": "5",
        "x-message": "n%C3%B6t",
        "x-details-bin": Uint8Array.from([...details, 7]).toBase64({ omitPadding: true }),
      };
      const error = await fails(unary(c, "error", bytes(1), { headers }), Code.NotFound);
      assertEquals(error.rawMessage, "nöt");
      assertEquals(error.metadata.get("x-more"), "more");
      const [detail] = error.details;
      assert(detail !== undefined && "type" in detail);
      assertEquals([detail.type, detail.value], ["a.B", Uint8Array.of(7)]);
      const stringError = await fails(
        all(stream(c, "server", "error", values(bytes(1)), { headers: { "x-status": "12" } })),
        Code.Unimplemented,
      );
      assertEquals(stringError.rawMessage, "");
    },
  },
  {
    name: "every status code arrives",
    async run(c) {
      for (let code = 1; code <= 16; code++) {
        await fails(unary(c, "error", bytes(0), { headers: { "x-status": String(code) } }), code);
      }
    },
  },
  {
    name: "server streams deliver everything in order",
    async run(c) {
      const headers = { "x-count": "1000", "x-size": "1000" };
      const items = await all(stream(c, "server", "many", values(bytes(0)), { headers }));
      assertEquals(items.length, 1000);
      assert(items.every((item) => item.length === 1000));
    },
  },
  {
    name: "large server streams wait for a slow reader and go on",
    async run(c) {
      const headers = { "x-count": "40", "x-size": "1000000" };
      const { message } = await stream(c, "server", "many", values(bytes(0)), { headers });
      let count = 0;
      for await (const { value } of message) {
        assertEquals(value.length, 1_000_000);
        // Other calls are not held up by this one.
        if (count++ % 10 === 0) await unary(c, "echo", bytes(10));
      }
      assertEquals(count, 40);
    },
  },
  {
    name: "client streams are counted",
    async run(c) {
      const items = Array.from({ length: 100 }, () => bytes(5000));
      const [count] = await all(stream(c, "client", "count", values(...items)));
      assertEquals(new TextDecoder().decode(count), "100");
    },
  },
  {
    name: "an empty client stream is half-closed",
    async run(c) {
      const [count] = await all(stream(c, "client", "count", values()));
      assertEquals(new TextDecoder().decode(count), "0");
    },
  },
  {
    name: "bidi streams echo while they are open",
    async run(c) {
      const { input, push } = pushable();
      push({ value: bytes(1) });
      const { message } = await stream(c, "biDi", "echo", input);
      const answers = message[Symbol.asyncIterator]();
      for (const length of [1, 2, 70_000]) {
        if (length > 1) push({ value: bytes(length) });
        const answer = await answers.next();
        assertEquals(answer.value?.value.length, length);
      }
      push(undefined);
      assertEquals((await answers.next()).done, true);
    },
  },
  {
    name: "an error after a message comes after the message",
    async run(c) {
      const seen: number[] = [];
      await fails(
        (async () => {
          const { message } = await stream(c, "biDi", "errorAfterOne", values(bytes(3)));
          for await (const { value } of message) seen.push(value.length);
        })(),
        Code.FailedPrecondition,
        "after one",
      );
      assertEquals(seen, [3]);
    },
  },
  {
    name: "100 calls at once, though the server takes 20",
    oracleDiffers: "connect-node opens all of them at once, and the server refuses some",
    async run(c) {
      const lengths = Array.from({ length: 100 }, (_, i) => i * 100);
      const answers = await Promise.all(lengths.map((length) => unary(c, "echo", bytes(length))));
      assertEquals(answers.map(({ message }) => message.value.length), lengths);
    },
  },
  {
    name: "deadlines reach the server and hold when it is silent",
    async run(c) {
      const { message } = await unary(c, "timeout", bytes(0), { timeoutMs: 60_000 });
      const sent = new TextDecoder().decode(message.value);
      assert(/^(60000|59\d{3})m$/.test(sent), sent);
      await fails(unary(c, "never", bytes(0), { timeoutMs: 30 }), Code.DeadlineExceeded);
      const silent = stream(c, "server", "never", values(bytes(0)), { timeoutMs: 30 });
      await fails(all(silent), Code.DeadlineExceeded);
    },
  },
  {
    name: "an abort ends calls: before, while silent, in the middle of messages",
    async run(c) {
      const before = AbortSignal.abort(new Error("before"));
      await fails(unary(c, "echo", bytes(0), { signal: before }), Code.Canceled);
      const silent = new AbortController();
      const call = unary(c, "never", bytes(0), { signal: silent.signal });
      setTimeout(() => silent.abort(), 20);
      await fails(call, Code.Canceled);
      const middle = new AbortController();
      const headers = { "x-count": "1000000", "x-size": "1000" };
      const { message } = await stream(c, "server", "many", values(bytes(0)), {
        headers,
        signal: middle.signal,
      });
      let count = 0;
      await fails(
        (async () => {
          for await (const _ of message) if (++count === 3) middle.abort();
        })(),
        Code.Canceled,
      );
      assertEquals((await unary(c, "echo", bytes(5))).message.value.length, 5);
    },
  },
  {
    name: "break ends an endless stream, and other calls go on",
    oracleDiffers:
      "connect-node's response iterator has no return(): the call would go on for ever",
    async run(c) {
      const headers = { "x-count": "1000000000", "x-size": "100" };
      const { message } = await stream(c, "server", "many", values(bytes(0)), { headers });
      let count = 0;
      for await (const _ of message) if (++count === 3) break;
      for (let i = 0; i < 10; i++) await unary(c, "echo", bytes(100_000));
    },
  },
  {
    name: "RST_STREAM codes become statuses",
    oracleDiffers: "connect-node in Deno makes INTERNAL of REFUSED_STREAM",
    async run(c) {
      for (
        const [h2Code, code] of [
          ["2", Code.Internal],
          ["7", Code.Unavailable],
          ["8", Code.Canceled],
          ["11", Code.ResourceExhausted],
          ["12", Code.PermissionDenied],
        ] as const
      ) {
        await fails(unary(c, "reset", bytes(0), { headers: { "x-code": h2Code } }), code);
      }
    },
  },
  {
    name: "a compressed message that nobody asked for is refused",
    oracleDiffers: "connect-node asks for gzip",
    async run(c) {
      await fails(unary(c, "compressed"), Code.Internal);
    },
  },
  {
    name: "a unary answer of no message or of two is refused",
    async run(c) {
      await fails(unary(c, "nothing"), Code.Unimplemented);
      await fails(unary(c, "two"), Code.Unimplemented);
    },
  },
  {
    name: "HTTP errors become statuses",
    async run(c) {
      await fails(unary(c, "http500"), Code.Unknown);
    },
  },
  {
    name: "an answer without trailers is an error",
    async run(c) {
      await fails(unary(c, "noTrailers"), Code.Internal);
    },
  },
  {
    name: "the call that got GOAWAY ends well, and the next one finds a new connection",
    oracleDiffers: "connect-node in Deno fails the call with a premature close",
    async run(c) {
      for (let i = 0; i < 3; i++) {
        await unary(c, "goaway");
        assertEquals((await unary(c, "echo", bytes(9))).message.value.length, 9);
      }
    },
  },
  {
    name: "a connection that breaks ends the call, and the next one connects anew",
    async run(c) {
      const broken = all(stream(c, "server", "destroy", values(bytes(0))));
      const error = await assertRejects(() => broken, ConnectError);
      assert(error.code !== Code.Canceled || error.message !== "", Code[error.code]);
      assertEquals((await unary(c, "echo", bytes(9))).message.value.length, 9);
    },
  },
];

/**
 * Registers the behaviours as tests.
 *
 * @param subject The transport.
 * @param address Where server.mjs listens; asked when a test runs.
 */
export function registerBehaviours(subject: Subject, address: () => string): void {
  for (const { name, run, oracleDiffers } of behaviours) {
    const reason = subject.name === "davit" ? undefined : oracleDiffers;
    Deno.test({
      name: `${subject.name}: ${name}${reason === undefined ? "" : ` (skipped: ${reason})`}`,
      ignore: reason !== undefined,
      // The oracle's sockets and timers are its own affair.
      sanitizeOps: subject.name === "davit",
      sanitizeResources: subject.name === "davit",
      fn: async () => {
        const { transport, close } = subject.connect(address());
        try {
          await run({ transport });
        } finally {
          await close();
        }
      },
    });
  }
}
