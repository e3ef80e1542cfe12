import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "@std/toml";
import { InvalidArgumentError } from "../errors/errors.ts";
import { renderConfig } from "./config.ts";
import { layoutOf } from "./layout.ts";

const layout = layoutOf("/tmp/x");

Deno.test("renderConfig() writes the format of the daemon's version", () => {
  assertEquals(parse(renderConfig(layout, 1)).version, 2);
  assertEquals(parse(renderConfig(layout, 2)).version, 3);
  assertEquals(parse(renderConfig(layout, 3)).version, 3);
});

Deno.test("renderConfig() merges tables and replaces lists", () => {
  const config = parse(renderConfig(layout, 2, {
    disabled_plugins: ["x"],
    grpc: { max_recv_message_size: 1 },
    plugins: { "io.containerd.gc.v1.scheduler": { schedule_delay: "1ms" } },
  }));
  assertEquals(config.disabled_plugins, ["x"]);
  assertEquals(config.grpc, { address: "/tmp/x/containerd.sock", max_recv_message_size: 1 });
  assertEquals(config.plugins, {
    "io.containerd.internal.v1.opt": { path: "/tmp/x/opt" },
    "io.containerd.gc.v1.scheduler": { schedule_delay: "1ms" },
  });
});

Deno.test("renderConfig() quotes what a path may hold", () => {
  const odd = layoutOf('/tmp/a "b"');
  assertEquals(parse(renderConfig(odd, 2)).root, '/tmp/a "b"/root');
});

Deno.test("renderConfig() refuses to move what the folder decides", () => {
  for (const extra of [{ root: "/x" }, { grpc: { address: "/x" } }, { version: 1 }]) {
    const error = assertThrows(() => renderConfig(layout, 2, extra), InvalidArgumentError);
    assertStringIncludes(error.message, '"dir"');
  }
});
