import { assertEquals } from "@std/assert";
import { parsePorts } from "./ports.ts";

const PORT = { hostIp: "127.0.0.1", hostPort: 8080, containerPort: 80, protocol: "udp" };

Deno.test("parsePorts() reads both of nerdctl's forms", () => {
  const list = [{ HostPort: 8080, ContainerPort: 80, Protocol: "udp", HostIP: "127.0.0.1" }];
  assertEquals(parsePorts(JSON.stringify(list)), [PORT]);
  assertEquals(parsePorts(JSON.stringify({ portMappings: list })), [PORT]);
  assertEquals(parsePorts('[{"HostPort":1,"ContainerPort":2}]'), [
    { hostIp: "0.0.0.0", hostPort: 1, containerPort: 2, protocol: "tcp" },
  ]);
});

Deno.test("parsePorts() finds none in what is none", () => {
  for (const text of ["", "null", "3", "{}", "[1,null,{}]", '{"portMappings":"x"}']) {
    assertEquals(parsePorts(text), [], text);
  }
});
