import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  CanceledError,
  DavitError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  TimeoutError,
} from "../../lib/errors/errors.ts";
import { ExitError, StartError } from "../../lib/errors/process_errors.ts";
import { readLines } from "../../lib/io/lines.ts";
import { daemonTest } from "../harness/daemons.ts";

const MiB = 1024 * 1024;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

daemonTest("spawn() has a conversation with a process", async ({ ns, image }) => {
  await using cat = await ns.run(await image()).command("cat").spawn();
  assert(cat.pid > 0);
  const input = cat.stdin.getWriter();
  const lines = readLines(cat.stdout);
  for (const word of ["one", "zwei", "☃"]) {
    await input.write(bytes(`${word}\n`));
    assertEquals((await lines.next()).value, word);
  }
  await input.close();
  assertEquals((await lines.next()).done, true);
  assertEquals(await text(cat.stderr), "");
  const { exitCode } = await cat.status;
  assertEquals(exitCode, 0);
});

daemonTest("spawn() keeps the streams apart, in containers and in execs", async (t) => {
  const { ns } = t;
  const image = await t.image();
  await using box = await ns.container().image(image).command("sleep", "600").start();
  for (const builder of [ns.run(image), box.exec()]) {
    await using process = await builder.sh`read x; echo "out $x"; echo "err $x" >&2; exit 3`
      .spawn();
    const input = process.stdin.getWriter();
    await input.write(bytes("in\n"));
    const [out, err] = await Promise.all([text(process.stdout), text(process.stderr)]);
    assertEquals([out, err], ["out in\n", "err in\n"]);
    assertEquals((await process.status).exitCode, 3);
    await input.close();
  }
});

daemonTest("spawn() passes signals on; a process that is gone gets none", async (t) => {
  await using box = await t.ns.container().image(await t.image()).command("sleep", "600").start();
  await using process = await box.exec()
    .sh`trap 'echo got; exit 4' USR1; echo up; while :; do sleep 1; done`
    .spawn();
  const lines = readLines(process.stdout);
  assertEquals((await lines.next()).value, "up");
  await process.kill("SIGUSR1");
  assertEquals((await lines.next()).value, "got");
  assertEquals((await process.status).exitCode, 4);
  await assertRejects(() => process.kill(), NotFoundError, "has ended");
  await process.stderr.cancel();
});

daemonTest("spawn() gives a terminal that can be resized", async ({ ns, image }) => {
  await using shell = await ns.run(await image()).tty()
    .sh`trap 'stty size' WINCH; stty size; echo ready; while :; do read -r line && echo "<$line>"; done`
    .spawn();
  await shell.resize({ columns: 91, rows: 32 });
  const lines = readLines(shell.stdout);
  const until = async (wanted: string) => {
    for (;;) {
      const { value, done } = await lines.next();
      assert(!done, `the output ended without "${wanted}"`);
      if (value === wanted) return;
    }
  };
  await until("ready");
  const input = shell.stdin.getWriter();
  await input.write(bytes("hello\n"));
  await until("<hello>");
  await shell.resize({ columns: 123, rows: 45 });
  await input.write(bytes("x\n"));
  await until("45 123");
  assertThrows(() => shell.stderr, FailedPreconditionError, "tty()");
  await assertRejects(() => shell.resize({ columns: 0, rows: 1 }), InvalidArgumentError);
});

daemonTest("spawn() carries 256 MiB through both pipes", async ({ ns, image }) => {
  await using cat = await ns.run(await image()).command("cat").spawn();
  const chunk = new Uint8Array(MiB).map((_, i) => i * 7);
  const sent = (async () => {
    const input = cat.stdin.getWriter();
    for (let i = 0; i < 256; i++) await input.write(chunk);
    await input.close();
  })();
  let offset = 0;
  for await (const piece of cat.stdout) {
    for (let i = 0; i < piece.length; i += 4099) {
      assertEquals(piece[i], chunk[(offset + i) % MiB]);
    }
    offset += piece.length;
  }
  await sent;
  assertEquals(offset, 256 * MiB);
  assertEquals((await cat.status).exitCode, 0);
}, { timeoutMs: 90_000 });

daemonTest("spawn() holds a process up while nobody reads, until the reader leaves", async (t) => {
  await using box = await t.ns.container().image(await t.image()).command("sleep", "600").start();
  await using yes = await box.exec().sh`head -c 1000000 /dev/zero; echo through >&2`.spawn();
  const errors = readLines(yes.stderr);
  const first = errors.next();
  const early = await Promise.race([first, box.exec("true").then(() => "not yet")]);
  assertEquals(early, "not yet", "nobody read, yet a megabyte was written");
  await yes.stdout.cancel();
  assertEquals((await first).value, "through");
  assertEquals((await yes.status).exitCode, 0);
});

daemonTest("spawn() is killed by disposing, by the signal and by the time limit", async (t) => {
  const base = t.ns.run(await t.image()).command("sleep", "60");
  const disposed = await base.spawn();
  await disposed[Symbol.asyncDispose]();
  await disposed[Symbol.asyncDispose]();
  await assertRejects(() => disposed.status, CanceledError, "disposed");
  // On a busy machine the time may be up before it has started.
  const late = async () => {
    await using process = await base.timeout("300ms").spawn();
    await process.status;
  };
  await assertRejects(late, TimeoutError, "300 ms");
  const controller = new AbortController();
  await using canceled = await base.signal(controller.signal).spawn();
  controller.abort();
  await assertRejects(() => canceled.status, CanceledError);
  assertEquals(await text(canceled.stdout), "");
  await assertRejects(() => t.ns.run("nosuchimage").spawn(), NotFoundError);
  await assertRejects(async () => t.ns.run(await t.image()).command("nosuch").spawn(), StartError);
});

daemonTest("stdin() reads a stream as fast as the process does", async ({ ns, image }) => {
  const base = ns.run(await image());
  let made = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      made++;
      controller.enqueue(new Uint8Array(64 * 1024));
    },
  });
  assertEquals(
    await base.command("head", "-c", "1000000").stdin(endless).text().then((s) => s.length),
    1_000_000,
  );
  assert(made < 200, `${made} chunks were read though the process wanted 16`);
  async function* words() {
    yield "one ";
    yield bytes("two ");
    await Promise.resolve();
    yield "drei";
  }
  assertEquals(await base.command("cat").stdin(words()).text(), "one two drei");
  assertThrows(() => base.stdin(5 as never), InvalidArgumentError);
});

daemonTest("stdin() that fails ends the process", async ({ ns, image }) => {
  async function* broken() {
    yield "a";
    await Promise.resolve();
    throw new RangeError("the source broke");
  }
  await assertRejects(
    async () => await ns.run(await image()).command("cat").stdin(broken()),
    RangeError,
    "the source broke",
  );
});

daemonTest("stdin() that never ends is given up when the process has ended", async (t) => {
  const silent = new ReadableStream<Uint8Array>({});
  assertEquals(
    await t.ns.run(await t.image()).command("echo", "done").stdin(silent).text(),
    "done",
  );
});

daemonTest("stdout() and stderr() send output to streams and files", async ({ ns, image }) => {
  const folder = await Deno.makeTempDir({ prefix: "davit-stdio-" });
  try {
    const base = ns.run(await image()).sh`echo out; echo err >&2`;
    const pieces: Uint8Array[] = [];
    let closed = false;
    const sink = new WritableStream<Uint8Array>({
      write: (chunk) => void pieces.push(chunk),
      close: () => void (closed = true),
    });
    const result = await base.stdout(sink);
    assertEquals([result.stdout, result.stderr], ["", "err\n"]);
    assertEquals(new TextDecoder().decode(pieces[0]), "out\n");
    assert(closed);
    const file = `${folder}/err.txt`;
    await Deno.writeTextFile(file, "before\n");
    await base.stderr({ file });
    assertEquals(await Deno.readTextFile(file), "err\n");
    await base.stderr({ file, append: true });
    assertEquals(await Deno.readTextFile(file), "err\nerr\n");
    await base.stdout({ file: `${folder}/new`, append: true }).stderr({ file });
    assertEquals(await Deno.readTextFile(`${folder}/new`), "out\n");
    // An error still shows the end of what went to a file.
    const failing = ns.run(await image()).sh`echo why >&2; exit 1`.stderr({ file });
    await assertRejects(async () => await failing, ExitError, "why");
    assertThrows(() => base.stdout({ file: "" }), InvalidArgumentError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

daemonTest("stdout() to a slow or broken stream never holds the process up", async (t) => {
  const base = t.ns.run(await t.image()).sh`head -c 3000000 /dev/zero; echo through >&2`;
  const taken = Promise.withResolvers<void>();
  let size = 0;
  const slow = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      await taken.promise;
      size += chunk.length;
    },
  });
  const marks: string[] = [];
  const err = new WritableStream<Uint8Array>({
    write: (chunk) => {
      marks.push(new TextDecoder().decode(chunk));
      taken.resolve();
    },
  });
  await base.stdout(slow).stderr(err);
  assertEquals([marks.join(""), size], ["through\n", 3_000_000]);
  const broken = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new RangeError("no room")),
  });
  await assertRejects(async () => await base.stdout(broken), RangeError, "no room");
  // A stream that takes nothing at all is left when time is up.
  const stuck = new WritableStream<Uint8Array>({ write: () => new Promise(() => {}) });
  await assertRejects(async () => await base.stdout(stuck).timeout("2s"), TimeoutError);
});

daemonTest("pipeTo() connects processes of containers and of execs", async ({ ns, image }) => {
  const base = ns.run(await image());
  await using box = await ns.container().image(await image()).command("sleep", "600").start();
  const words = base.sh`printf 'b\na\nc\n'`;
  assertEquals(await words.pipeTo(box.exec("sort")).lines(), ["a", "b", "c"]);
  assertEquals(
    await words.pipeTo(base.command("sort", "-r")).pipeTo(box.exec("head", "-n1")).text(),
    "c",
  );
  const big = box.exec().sh`head -c ${64 * MiB} /dev/zero`;
  assertEquals(await big.pipeTo(base.command("wc", "-c")).text(), `${64 * MiB}`);
  await using source = await words.spawn();
  await source.stderr.cancel();
  assertEquals(await box.exec("tr", "a-z", "A-Z").stdin(source.stdout).lines(), ["B", "A", "C"]);
});

daemonTest("pipeTo() ends the first when the second has enough", async ({ ns, image }) => {
  const base = ns.run(await image());
  assertEquals(await base.command("yes").pipeTo(base.command("head", "-n2")).lines(), ["y", "y"]);
});

daemonTest("pipeTo() tells when the first fails", async ({ ns, image }) => {
  const base = ns.run(await image());
  const failing = base.sh`echo some; echo broke >&2; exit 3`;
  const error = await assertRejects(
    async () => await failing.pipeTo(base.command("cat")),
    ExitError,
    "broke",
  );
  assertEquals(error.exitCode, 3);
  assertEquals(await failing.noThrow().pipeTo(base.command("cat")).text(), "some");
  await assertRejects(
    async () => await base.command("nosuch").pipeTo(base.command("cat")),
    StartError,
    "nosuch",
  );
  await assertRejects(
    async () => await base.command("yes").pipeTo(base.command("nosuch")),
    DavitError,
    "nosuch",
  );
  assertThrows(
    () => base.stdout("inherit").pipeTo(base),
    InvalidArgumentError,
    "stdout() sends it elsewhere",
  );
  assertEquals(await ns.containers.list(), []);
});

daemonTest("a line of 10 MB arrives whole", async ({ ns, image }) => {
  const size = 10_000_000;
  const base = ns.run(await image()).sh`head -c ${size} /dev/zero | tr '\\0' x; echo; echo next`;
  assertEquals((await base.lines()).map((line) => line.length), [size, 4]);
  await using live = await base.spawn();
  const lengths: number[] = [];
  for await (const line of readLines(live.stdout)) lengths.push(line.length);
  assertEquals(lengths, [size, 4]);
});

daemonTest("closing the client ends spawned processes", async ({ ns, image, client }) => {
  const process = await ns.run(await image()).command("sleep", "60").spawn();
  await client.close();
  await assertRejects(() => process.status, CanceledError);
});
