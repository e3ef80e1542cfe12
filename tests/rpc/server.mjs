// A gRPC server for tests, on Node's own HTTP/2: what it does is told by the call's "x-do" header.
// Usage: node server.mjs SOCKET. It prints "ready", and exits when its standard input ends.
import { createServer } from "node:http2";

const server = createServer({
  settings: {
    // Below what the suite opens at once.
    maxConcurrentStreams: 20,
    initialWindowSize: 100_000,
  },
});

const HEAD = { ":status": 200, "content-type": "application/grpc+proto" };

function pack(body, flags = 0) {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

/** A google.protobuf.BytesValue of that many bytes. */
function bytesValue(value) {
  if (value.length === 0) return Buffer.alloc(0);
  const head = [0x0a];
  let length = value.length;
  for (; length > 0x7f; length >>>= 7) head.push(0x80 | (length & 0x7f));
  head.push(length);
  return Buffer.concat([Buffer.from(head), value]);
}

/** Cuts a stream into messages, with back-pressure. */
async function* messages(stream) {
  const chunks = [];
  let length = 0;
  let needed = 5;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    length += chunk.length;
    while (length >= needed) {
      const rest = Buffer.concat(chunks.splice(0));
      const end = 5 + rest.readUInt32BE(1);
      chunks.push(rest);
      if (length < end) {
        needed = end;
        break;
      }
      chunks[0] = rest.subarray(end);
      length -= end;
      needed = 5;
      yield rest.subarray(5, end);
    }
  }
}

function respond(stream, trailers = { "grpc-status": "0" }, head = {}) {
  stream.respond({ ...HEAD, ...head }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
}

async function write(stream, bytes) {
  if (!stream.write(bytes)) await new Promise((resolve) => stream.once("drain", resolve));
}

const echoed = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-echo")));

const actions = {
  async echo(stream, headers) {
    respond(stream, { "grpc-status": "0", ...echoed(headers) }, echoed(headers));
    for await (const body of messages(stream)) await write(stream, pack(body));
    stream.end();
  },
  async count(stream) {
    let count = 0;
    for await (const _ of messages(stream)) count++;
    respond(stream);
    stream.end(pack(bytesValue(Buffer.from(String(count)))));
  },
  async many(stream, headers) {
    respond(stream);
    const body = bytesValue(Buffer.alloc(Number(headers["x-size"]), 7));
    for (let i = 0; i < Number(headers["x-count"]) && !stream.destroyed; i++) {
      await write(stream, pack(body));
    }
    stream.end();
  },
  error(stream, headers) {
    stream.respond({
      ...HEAD,
      "grpc-status": headers["x-status"],
      "grpc-message": headers["x-message"] ?? "",
      ...(headers["x-details-bin"] && { "grpc-status-details-bin": headers["x-details-bin"] }),
      "x-more": "more",
    }, { endStream: true });
  },
  async errorAfterOne(stream) {
    respond(stream, { "grpc-status": "9", "grpc-message": "after%20one" });
    for await (const body of messages(stream)) {
      stream.end(pack(body));
      return;
    }
  },
  /** Neither headers nor an end, as containerd's Subscribe without events. */
  never() {},
  timeout(stream, headers) {
    respond(stream);
    stream.end(pack(bytesValue(Buffer.from(headers["grpc-timeout"] ?? "none"))));
  },
  reset(stream, headers) {
    stream.close(Number(headers["x-code"]));
  },
  compressed(stream) {
    respond(stream, undefined, { "grpc-encoding": "gzip" });
    stream.end(pack(Buffer.from("xx"), 1));
  },
  nothing(stream) {
    respond(stream);
    stream.end();
  },
  two(stream) {
    respond(stream);
    stream.end(Buffer.concat([pack(Buffer.alloc(0)), pack(Buffer.alloc(0))]));
  },
  http500(stream) {
    stream.respond({ ":status": 500, "content-type": "text/plain" });
    stream.end("oops");
  },
  noTrailers(stream) {
    stream.respond(HEAD);
    stream.end(pack(Buffer.alloc(0)));
  },
  goaway(stream) {
    stream.session.goaway(0);
    respond(stream);
    stream.end(pack(Buffer.alloc(0)));
  },
  /** The connection goes away in the middle of an answer. */
  destroy(stream) {
    respond(stream);
    stream.write(pack(Buffer.alloc(0)), () => stream.session.destroy());
  },
  die() {
    process.exit(1);
  },
};

server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  Promise.resolve(actions[headers["x-do"]](stream, headers)).catch(() => stream.close());
});
server.on("sessionError", () => {});
server.listen(process.argv[2], () => console.log("ready"));
process.stdin.on("end", () => process.exit(0)).resume();
