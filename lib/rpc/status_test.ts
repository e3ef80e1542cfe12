import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  AlreadyExistsError,
  CanceledError,
  DavitError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  PermissionError,
  ProtocolError,
  TimeoutError,
  UnavailableError,
  UnsupportedError,
} from "../errors/errors.ts";
import { toDavitError } from "./status.ts";
import { StatusCode, WireError } from "./wire_error.ts";

const context = {
  method: "containerd.services.images.v1.Images/Get",
  address: "/run/c.sock",
};

for (
  const [name, type, code] of [
    ["Canceled", CanceledError, "canceled"],
    ["Unknown", DavitError, "unknown"],
    ["InvalidArgument", InvalidArgumentError, "invalid_argument"],
    ["DeadlineExceeded", TimeoutError, "deadline_exceeded"],
    ["NotFound", NotFoundError, "not_found"],
    ["AlreadyExists", AlreadyExistsError, "already_exists"],
    ["PermissionDenied", PermissionError, "permission_denied"],
    ["ResourceExhausted", DavitError, "resource_exhausted"],
    ["FailedPrecondition", FailedPreconditionError, "failed_precondition"],
    ["Aborted", DavitError, "aborted"],
    ["OutOfRange", DavitError, "out_of_range"],
    ["Unimplemented", UnsupportedError, "unimplemented"],
    ["Internal", DavitError, "internal"],
    ["Unavailable", UnavailableError, "unavailable"],
    ["DataLoss", DavitError, "data_loss"],
    ["Unauthenticated", DavitError, "unauthenticated"],
  ] as const
) {
  Deno.test(`toDavitError() makes ${type.name} of ${name}`, () => {
    for (
      const error of [
        new WireError(StatusCode[name], "why", { fromServer: true }),
        new ConnectError("why", Code[name]),
      ]
    ) {
      const made = toDavitError(error, context);
      assertEquals(made.constructor, type);
      assertEquals(made.code, code);
      assertEquals(made.message, "Cannot call Images.Get: why");
      assertStrictEquals(made.cause, error);
    }
  });
}

Deno.test("toDavitError() says what was tried, and where", () => {
  const error = new WireError(StatusCode.NotFound, 'image "x": not found');
  const made = toDavitError(error, { ...context, what: 'get image "x"', namespace: "ci" });
  assertEquals(made.message, 'Cannot get image "x" in namespace "ci": image "x": not found');
});

Deno.test("toDavitError() names the RPC that is not supported", () => {
  const made = toDavitError(new WireError(StatusCode.Unimplemented, "unknown service"), context);
  assertInstanceOf(made, UnsupportedError);
  assertEquals(made.needed, context.method);
});

Deno.test("toDavitError() keeps the reason of a signal as cause", () => {
  const reason = new DOMException("too late", "TimeoutError");
  const timeout = new WireError(StatusCode.DeadlineExceeded, "too late", { cause: reason });
  const made = toDavitError(timeout, context);
  assertInstanceOf(made, TimeoutError);
  assertStrictEquals(made.cause, reason);
});

for (
  const [cause, type, text] of [
    [
      new Deno.errors.PermissionDenied("os error 13"),
      PermissionError,
      "permission denied; run as root, join its group, or set CONTAINERD_ADDRESS",
    ],
    [
      new Deno.errors.NotCapable("net"),
      PermissionError,
      "Deno was not granted access; run with --allow-read=/run/c.sock " +
      "--allow-write=/run/c.sock --allow-net=unix:/run/c.sock",
    ],
    [
      new Deno.errors.NotFound("os error 2"),
      UnavailableError,
      "there is no such socket; start containerd, or set CONTAINERD_ADDRESS",
    ],
    [
      new Deno.errors.ConnectionRefused("os error 111"),
      UnavailableError,
      "nobody listens there; start containerd, or set CONTAINERD_ADDRESS",
    ],
  ] as const
) {
  Deno.test(`toDavitError() says what to do about ${cause.name}`, () => {
    const error = new WireError(StatusCode.Unavailable, "cannot connect", { cause });
    const made = toDavitError(error, context);
    assertEquals(made.constructor, type);
    assertEquals(made.message, `Cannot connect to "/run/c.sock": ${text}`);
    assertStrictEquals(made.cause, error);
  });
}

Deno.test("toDavitError() makes ProtocolError of a broken peer", () => {
  const cause = new ProtocolError("x");
  const made = toDavitError(new WireError(StatusCode.Internal, "broken", { cause }), context);
  assertInstanceOf(made, ProtocolError);
});

Deno.test("toDavitError() keeps this library's errors", () => {
  const own = new NotFoundError("own");
  assertStrictEquals(toDavitError(own, context), own);
  const wrapped = new WireError(StatusCode.Unknown, "own", { cause: own });
  assertStrictEquals(toDavitError(wrapped, context), own);
});

Deno.test("toDavitError() wraps anything else", () => {
  const error = new RangeError("odd");
  const made = toDavitError(error, context);
  assertEquals([made.code, made.message], ["unknown", "Cannot call Images.Get: odd"]);
  assertStrictEquals(made.cause, error);
  assert(toDavitError("text", context).message.endsWith(": text"));
});
