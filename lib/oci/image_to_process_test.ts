import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { DEFAULT_PATH } from "./default_spec.ts";
import { processFromImage } from "./image_to_process.ts";

const image = {
  Entrypoint: ["/app"],
  Cmd: ["--help"],
  Env: ["PATH=/bin", "A=1"],
  WorkingDir: "/srv",
  User: "app",
};

Deno.test("processFromImage() takes what the image says", () => {
  assertEquals(processFromImage(image), {
    args: ["/app", "--help"],
    env: ["PATH=/bin", "A=1"],
    cwd: "/srv",
    user: "app",
  });
});

Deno.test("processFromImage() follows the rules of entrypoint and command", () => {
  const args = (o: Parameters<typeof processFromImage>[1], from = image) =>
    processFromImage(from, o).args.join(" ");
  assertEquals(args({ args: ["serve"] }), "/app serve");
  assertEquals(args({ args: [] }), "/app");
  assertEquals(args({ entrypoint: ["sh"] }), "sh");
  assertEquals(args({ entrypoint: ["sh"], args: ["-c", "x"] }), "sh -c x");
  assertEquals(args({ entrypoint: [], args: ["ls"] }), "ls");
  assertEquals(processFromImage({ Cmd: ["sh"] }).args, ["sh"]);
  assertThrows(() => processFromImage(undefined), InvalidArgumentError, "names no command");
  assertThrows(() => processFromImage(image, { entrypoint: [] }), InvalidArgumentError);
  assertThrows(() => processFromImage(image, { args: ["a\0"] }), InvalidArgumentError, "NUL");
});

Deno.test("processFromImage() always has a PATH", () => {
  assertEquals(processFromImage({ Cmd: ["x"] }).env, [DEFAULT_PATH]);
  assertEquals(processFromImage({ Cmd: ["x"], Env: ["A=1"] }).env, [DEFAULT_PATH, "A=1"]);
  assertEquals(processFromImage(image, { env: { A: "2" } }).env, ["PATH=/bin", "A=2"]);
});

Deno.test("processFromImage() checks the working directory", () => {
  const cwd = (WorkingDir: string, wanted?: string) =>
    processFromImage({ Cmd: ["x"], WorkingDir }, { cwd: wanted }).cwd;
  assertEquals([cwd(""), cwd("app"), cwd("/a", "/b")], ["/", "/app", "/b"]);
  assertThrows(() => cwd("/a", "b"), InvalidArgumentError, "absolute");
  assertEquals(processFromImage(image, { user: "" }).user, "");
});
