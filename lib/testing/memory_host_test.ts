import { assertEquals, assertRejects } from "@std/assert";
import { CaptureFolder } from "../io/capture.ts";
import { MemoryHost } from "./memory_host.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("MemoryHost keeps files as a machine does", async () => {
  const host = new MemoryHost();
  const folder = await host.makeTempDir("davit-");
  await host.createFile(`${folder}/a`, new Uint8Array([1, 2]));
  await assertRejects(() => host.createFile(`${folder}/a`), Deno.errors.AlreadyExists);
  await assertRejects(() => host.createFile("/no/such/a"), Deno.errors.NotFound);
  await host.rename(`${folder}/a`, `${folder}/b`);
  assertEquals(await host.lstat(`${folder}/a`), undefined);
  assertEquals((await host.lstat(`${folder}/b`))?.size, 2);
  assertEquals((await host.lstat(folder))?.kind, "directory");
  const file = await host.open(`${folder}/b`);
  await host.remove(folder);
  const buffer = new Uint8Array(4);
  assertEquals([await file.read(buffer, 1), buffer[0]], [1, 2]);
  assertEquals(host.files, []);
});

Deno.test("MemoryHost lists and locks folders", async () => {
  const host = new MemoryHost();
  host.addFile("/data/b/c", "");
  host.addFolder("/data/a");
  assertEquals(await host.readDir("/data"), ["a", "b"]);
  const first = await host.lockDir("/data");
  let late = false;
  const second = host.lockDir("/data").then((lock) => {
    late = true;
    lock[Symbol.dispose]();
  });
  await Promise.resolve();
  assertEquals(late, false);
  first[Symbol.dispose]();
  await second;
  assertEquals(late, true);
});

Deno.test("MemoryHost serves captures: written, followed, ended", async () => {
  const host = new MemoryHost();
  await using folder = new CaptureFolder(host, "davit-");
  const capture = await folder.open({ stdin: new TextEncoder().encode("in") });
  const stdout = host.openOutput(capture.stdout)!;
  const stderr = host.openOutput(capture.stderr)!;
  const followed = (async () => {
    let all = "";
    for await (const part of capture.follow("stdout")) all += text(part);
    return all;
  })();
  await stdout.write(new TextEncoder().encode("one "));
  await stdout.write(new TextEncoder().encode("two"));
  stdout.close();
  stderr.close();
  await capture.ended;
  assertEquals(await followed, "one two");
  assertEquals(text(await capture.tail("stdout", 3)), "two");
  assertEquals(await new Response(host.openInput(capture.stdin)).text(), "in");
  assertEquals(host.openOutput("/no/such/file"), undefined);
});

Deno.test("MemoryHost makes pipes whose ends are found by path", async () => {
  const host = new MemoryHost();
  const pipes = await host.openPipes({ stdin: true, stdout: true });
  const output = host.openOutput(pipes.paths.stdout)!;
  const input = host.openInput(pipes.paths.stdin)!;
  await pipes.release();
  assertEquals(host.openOutput(pipes.paths.stdout), undefined);
  const read = new Response(pipes.stdout).text();
  await output.write(new TextEncoder().encode("out"));
  output.close();
  assertEquals(await read, "out");
  const written = (async () => {
    const writer = pipes.stdin!.getWriter();
    await writer.write(new TextEncoder().encode("in"));
    await writer.close();
  })();
  assertEquals(await new Response(input).text(), "in");
  await written;
});

Deno.test("MemoryHost has FIFOs that end when they are told to", async () => {
  const host = new MemoryHost();
  await host.makeFifo("/run/x/stdin");
  assertEquals((await host.lstat("/run/x/stdin"))?.kind, "other");
  for (const word of ["one ", "two"]) {
    await using fifo = await host.openFifo("/run/x/stdin");
    const writer = fifo.writable.getWriter();
    await writer.write(new TextEncoder().encode(word));
    await writer.close();
  }
  host.closeInput("/run/x/stdin");
  assertEquals(await new Response(host.openInput("/run/x/stdin")).text(), "one two");
});
