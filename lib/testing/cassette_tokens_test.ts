import { assert, assertEquals, assertThrows } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { packMessage } from "../api/any.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { ContainerDeleteSchema } from "../gen/containerd/events/container_pb.ts";
import { ContainerSchema } from "../gen/containerd/services/containers_pb.ts";
import { EnvelopeSchema } from "../gen/containerd/types/envelope_pb.ts";
import { decodeMessageJson, encodeMessageJson, parseCassette } from "./cassette_format.ts";
import { RecordedTokens, ReplayedTokens } from "./cassette_tokens.ts";

const A = "davit-00000000000000aa";
const B = "davit-00000000000000bb";
const OTHER = "davit-00000000000000cc";

Deno.test("RecordedTokens names what differs, and keeps secrets out", () => {
  const tokens = new RecordedTokens(['pass"word']);
  const owner = "0123:4567-89:12:34:56";
  const request = tokens.request({
    id: A,
    file: `/tmp/davit-4026531836-17-99-Xy/live/3.out`,
    labels: { "davit/owner": owner, until: "2026-01-02T03:04:05.678Z" },
    spec: { $text: JSON.stringify({ env: ['P=pass"word'] }) },
  });
  assertEquals(request, {
    id: "«1»",
    file: "«2»/live/#.out",
    labels: { "davit/owner": "«owner»", until: "«time»" },
    spec: { $text: '{"env":["P=«secret»"]}' },
  });
  // Only what a request had in it gets its name; times of the daemon stay.
  assertEquals(tokens.answer([A, B, "2026-01-02T03:04:05Z"]), ["«1»", B, "2026-01-02T03:04:05Z"]);
  assertThrows(() => new RecordedTokens([""]), InvalidArgumentError, "empty text");
});

Deno.test("ReplayedTokens finds what names stand for, and stays with it", () => {
  const tokens = new ReplayedTokens([]);
  assert(!tokens.matches({ id: "«1»", x: 1 }, { id: A, x: 2 }));
  assert(!tokens.matches(["«1»", "«1»"], [A, B]));
  assert(tokens.matches({ id: "«1»" }, { id: B }));
  assert(!tokens.matches({ id: "«1»" }, { id: A }));
  assert(!tokens.matches({ id: "«2»" }, { id: B }));
  assert(tokens.matches({ id: "«2»", of: "«1»" }, { id: A, of: B }));
  assertEquals(tokens.answer(["«1»", "«2»", "«3»", OTHER]), [B, A, "recorded-3", OTHER]);
});

Deno.test("encodeMessageJson() keeps messages, whatever they were made of", () => {
  const envelope = create(EnvelopeSchema, {
    namespace: "n",
    timestamp: { seconds: 5n, nanos: 7 },
    event: packMessage(ContainerDeleteSchema, { id: A }),
  });
  const json = encodeMessageJson(envelope)!;
  assertEquals(json, {
    event: { $event: "containerd.events.ContainerDelete", value: { id: A } },
    namespace: "n",
    timestamp: { nanos: 7, seconds: { $int: "5" } },
  });
  assertEquals(create(EnvelopeSchema, decodeMessageJson(json) as object), envelope);
  const container = create(ContainerSchema, {
    id: "c",
    labels: { empty: "" },
    spec: { typeUrl: "x", value: new Uint8Array([0, 255]) },
    runtime: {},
  });
  const encoded = encodeMessageJson(container)!;
  assertEquals(encoded, {
    id: "c",
    labels: { empty: "" },
    runtime: {},
    spec: { typeUrl: "x", value: { $base64: "AP8=" } },
  });
  assertEquals(create(ContainerSchema, decodeMessageJson(encoded) as object), container);
});

Deno.test("parseCassette() refuses what is none", () => {
  assertThrows(() => parseCassette("{", "f"), InvalidArgumentError, "not JSON");
  assertThrows(() => parseCassette("null", "f"), InvalidArgumentError, "no cassette of format 1");
  assertThrows(() => parseCassette('{"format":2}', "f"), InvalidArgumentError, "record it again");
});
