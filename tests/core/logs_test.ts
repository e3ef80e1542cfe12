import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Container } from "../../lib/core/container/container.ts";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import type { LogOptions } from "../../lib/core/logs/logs.ts";
import {
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
} from "../../lib/errors/errors.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";

type Env = { ns: Namespace; image(): Promise<{ name: string }> };

async function start({ ns, image }: Env, script: string, id?: string): Promise<RunningContainer> {
  return await ns.container(id).image((await image()).name).command("sh", "-c", script).start();
}

async function texts(container: Container, options?: LogOptions): Promise<string[]> {
  const entries = await Array.fromAsync(container.logs(options));
  return entries.map(({ text }) => text);
}

daemonTest("logs() has what was written, by stream, with times", async (t) => {
  const before = Date.now();
  await using box = await start(t, `echo one; echo zwei ☃ >&2; printf 'a"\\\\\\t\\001\\n\\nlast'`);
  const entries = await Array.fromAsync(box.logs({ follow: true }));
  const of = (stream: string) => entries.filter((e) => e.stream === stream).map((e) => e.text);
  assertEquals(of("stdout"), ["one", 'a"\\\t\x01', "", "last"]);
  assertEquals(of("stderr"), ["zwei ☃"]);
  for (const { time } of entries) {
    assert(time.getTime() >= before - 1000 && time.getTime() <= Date.now() + 1000, `${time}`);
  }
  await box.stop();
  assertEquals((await texts(box)).length, 5);
});

daemonTest("logs() follows until the process has ended, and not before", async (t) => {
  await using box = await start(
    t,
    "i=0; while read -r _; do :; done; while :; do i=$((i+1)); echo $i; sleep 0.05; done",
  );
  const seen: string[] = [];
  for await (const { text } of box.logs({ follow: true })) {
    seen.push(text);
    if (seen.length === 5) await box.kill("SIGKILL");
  }
  assert(seen.length >= 5);
  assertEquals(seen, seen.map((_, i) => `${i + 1}`));
});

daemonTest("logs() of many readers at once, some of whom leave", async (t) => {
  await using box = await start(t, "for i in $(seq 1 200); do echo $i; done; sleep 1; echo end");
  const readers = Array.from({ length: 20 }, () => texts(box, { follow: true }));
  for await (const _ of box.logs({ follow: true })) break;
  for (const lines of await Promise.all(readers)) {
    assertEquals(lines.length, 201);
    assertEquals(lines.at(-1), "end");
  }
});

daemonTest("logs() takes tail, since and until", async (t) => {
  await using box = await start(t, "for i in 1 2 3; do echo $i; done; sleep 0.3; echo 4; echo 5");
  const all = await Array.fromAsync(box.logs({ follow: true }));
  assertEquals(all.length, 5);
  assertEquals(await texts(box, { tail: 2 }), ["4", "5"]);
  assertEquals(await texts(box, { tail: 0 }), []);
  assertEquals(await texts(box, { tail: 99 }), ["1", "2", "3", "4", "5"]);
  const fourth = all[3]!.time;
  assertEquals(await texts(box, { since: fourth }), ["4", "5"]);
  assertEquals(await texts(box, { until: fourth }), ["1", "2", "3"]);
  assertEquals(await texts(box, { since: "1h", tail: 1 }), ["5"]);
  assertEquals(await texts(box, { since: new Date(Date.now() + 60_000) }), []);
  await assertRejects(() => texts(box, { tail: -1 }), InvalidArgumentError, "-1");
  await assertRejects(() => texts(box, { since: new Date("x") }), InvalidArgumentError, "since");
});

daemonTest("logs() from now on, to a moment, to a signal", async (t) => {
  await using box = await start(t, "echo early; while :; do echo late; sleep 0.1; done");
  for await (const { text } of box.logs({ follow: true })) if (text === "late") break;
  const later = box.logs({ follow: true, tail: 0 });
  assertEquals((await later.next()).value?.text, "late");
  await later.return();
  const soon = new Date(Date.now() + 700);
  const lines = await texts(box, { follow: true, until: soon });
  assertEquals([lines[0], lines[1]], ["early", "late"]);
  await assertRejects(
    () => texts(box, { follow: true, signal: AbortSignal.timeout(300) }),
    Error,
    "took too long",
  );
  const controller = new AbortController();
  const silent = await start(t, "sleep 60");
  const waiting = assertRejects(
    () => texts(silent, { follow: true, signal: controller.signal }),
    CanceledError,
  );
  controller.abort();
  await waiting;
  await silent.remove();
});

daemonTest("logs() survives rotation, and keeps as much as was asked for", async (t) => {
  const image = await t.image();
  await using box = await t.ns.container().image(image)
    .logs({ maxSize: "64KiB", maxFiles: 3 })
    .sh`for round in $(seq 1 12); do
      for i in $(seq 1 600); do echo "line $(( (round - 1) * 600 + i ))"; done
      while [ ! -e /go$round ]; do sleep 0.02; done
    done`.start();
  // A reader that keeps up misses nothing though files come and go.
  let count = 0;
  for await (const { text } of box.logs({ follow: true })) {
    assertEquals(text, `line ${++count}`);
    // The container may end as soon as the last file is there, and the exec with it.
    if (count % 600 === 0) await box.exec("touch", `/go${count / 600}`).noThrow();
  }
  assertEquals(count, 7200);
  // What is left in the end is the newest part, in three files.
  await box.stop();
  const left = await texts(box);
  assert(left.length > 500 && left.length < 4000, `${left.length} lines`);
  assertEquals(left.at(-1), "line 7200");
  assertEquals(await texts(box, { tail: 900 }), left.slice(-900));
  assertEquals(await texts(box, { tail: 1 }), ["line 7200"]);
});

daemonTest("logs() joins long lines and characters cut by pieces", async (t) => {
  const script =
    "i=0; while [ $i -lt 4000 ]; do printf 'é☃𝄞0123456789'; i=$((i+1)); done; echo; echo next";
  await using box = await start(t, script);
  const [long, next] = await texts(box, { follow: true });
  assertEquals(long, "é☃𝄞0123456789".repeat(4000));
  assertEquals(next, "next");
});

daemonTest("logs() go on when the script has ended, and are there for the next", async (t) => {
  const other = clientOf(t.address);
  const box = await other.namespace(t.ns.name).container("lives").image((await t.image()).name)
    .keep().sh`i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done`.start();
  for await (const { text } of box.logs({ follow: true })) if (text === "3") break;
  await other.close();
  await using found = await t.ns.containers.get("lives");
  const later = found.logs({ follow: true, tail: 0 });
  const { value } = await later.next();
  assert(Number(value?.text) > 3, "nothing was written after the script's end");
  await later.return();
});

daemonTest("logs() of a terminal, of a container without, of none at all", async (t) => {
  const image = await t.image();
  await using terminal = await t.ns.container().image(image).tty()
    .sh`test -t 1 && echo yes; echo err >&2`.start();
  const entries = await Array.fromAsync(terminal.logs({ follow: true }));
  assertEquals(entries.map(({ stream, text }) => [stream, text]), [
    ["stdout", "yes"],
    ["stdout", "err"],
  ]);
  await using silent = await t.ns.container().image(image).logs(false).command("echo", "x").start();
  await assertRejects(() => texts(silent), FailedPreconditionError, "logs(false)");
  await using created = await t.ns.container().image(image).command("echo", "x").create();
  await assertRejects(() => texts(created), FailedPreconditionError, "never started");
});

daemonTest("logs are where nerdctl looks for them, and go with the container", async (t) => {
  const box = await start(t, "echo hello", "some");
  await Array.fromAsync(box.logs({ follow: true }));
  const { container } = await t.ns.api.containers.get({ id: "some" });
  const folder = container!.labels["nerdctl/state-dir"]!;
  assert(folder.startsWith(t.dir), `${folder} is not in the daemon's own folder`);
  assertStringIncludes(folder, `/containers/${t.ns.name}/some`);
  const [line] = (await Deno.readTextFile(`${folder}/some-json.log`)).split("\n");
  const record = JSON.parse(line!);
  assertEquals([record.log, record.stream], ["hello\n", "stdout"]);
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(record.time), record.time);
  const config = JSON.parse(await Deno.readTextFile(`${folder}/log-config.json`));
  assertEquals([config.driver, config.opts["max-file"]], ["json-file", "5"]);
  await box.remove();
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});

daemonTest("logs() ends though the writer of the log was killed", async (t) => {
  await using box = await start(t, "echo up; sleep 60");
  const { container } = await t.ns.api.containers.get({ id: box.id });
  const folder = container!.labels["nerdctl/state-dir"]!;
  const seen: string[] = [];
  for await (const { text } of box.logs({ follow: true })) {
    seen.push(text);
    Deno.kill(Number(await Deno.readTextFile(`${folder}/logging`)), "SIGKILL");
    await box.kill("SIGKILL");
  }
  assertEquals(seen, ["up"]);
});

daemonTest("500 followers at once", async (t) => {
  const boxes = await Promise.all(
    Array.from({ length: 5 }, () => start(t, "while [ ! -e /go ]; do sleep 0.1; done; seq 1 50")),
  );
  const followers = Array.from({ length: 500 }, (_, i) => texts(boxes[i % 5]!, { follow: true }));
  await Promise.all(boxes.map((box) => box.exec("touch", "/go").noThrow().then()));
  const expected = Array.from({ length: 50 }, (_, i) => `${i + 1}`);
  for (const lines of await Promise.all(followers)) assertEquals(lines, expected);
  await Promise.all(boxes.map((box) => box.remove()));
}, { timeoutMs: 120_000 });

daemonTest("logs() reads what Kubernetes keeps, as long as its container runs", async (t) => {
  const { ns, image } = t;
  const folder = Deno.makeTempDirSync({ prefix: "davit-cri-" });
  try {
    const path = `${folder}/0.log`;
    const at = (second: number) => `2026-01-02T03:04:0${second}.000000001Z`;
    Deno.writeTextFileSync(path, `${at(1)} stdout F one\n${at(2)} stderr P tw`);
    await using box = await ns.container("pod").image(await image()).logs(false)
      .command("sleep", "60").start();
    const metadata = { Version: "v1", Metadata: { ID: "pod", LogPath: path } };
    await ns.api.containers.update({
      container: {
        id: "pod",
        extensions: {
          "io.cri-containerd.container.metadata": {
            typeUrl: "github.com/containerd/cri/pkg/store/container/Metadata",
            value: new TextEncoder().encode(JSON.stringify(metadata)),
          },
        },
      },
      updateMask: { paths: ["extensions"] },
    });
    const seen: string[] = [];
    let waiting = Promise.withResolvers<void>();
    const following = (async () => {
      for await (const { stream, text, time } of box.logs({ follow: true })) {
        seen.push(`${time.getUTCSeconds()} ${stream} ${text}`);
        waiting.resolve();
      }
    })();
    await waiting.promise;
    assertEquals(seen, ["1 stdout one"]);
    waiting = Promise.withResolvers<void>();
    Deno.writeTextFileSync(path, `o\n${at(3)} stderr F !\n`, { append: true });
    await waiting.promise;
    await box.kill("SIGKILL");
    await following;
    assertEquals(seen, ["1 stdout one", "2 stderr two!"]);
    assertEquals(await texts(box, { tail: 1 }), ["two!"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
