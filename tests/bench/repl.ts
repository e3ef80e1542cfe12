/**
 * The prompt: how soon it is there, beside an empty `deno repl`, and how fast a long table prints;
 * the dashboard: what it takes to show many containers.
 *
 * @module
 */
import { pack, PACKAGE } from "../../.ci/pack.ts";
import type { ContainerInfo } from "../../lib/core/container/containers.ts";
import { CONTAINERS } from "../../lib/repl/looks/container.ts";
import { readLines } from "../../lib/io/lines.ts";
import { messages, signIn } from "../serve/support.ts";
import { Terminal } from "../repl/terminal.ts";
import { type BenchRow, benchRow, median } from "./row.ts";

const GROUP = "repl";
const ROUNDS = 11;
const ROWS = 1000;
const SHOWN = 500;
const SECONDS = 10;

/** The benchmark's groups, by name. */
export const groups = { repl: replBench };

/** The start of a prompt, as its users have it: from the package. */
export async function replBench(env: { address: string }): Promise<BenchRow[]> {
  await pack();
  const home = Deno.makeTempDirSync({ prefix: "db-repl-" });
  const entry = `${PACKAGE}/dist/lib/repl/mod.js`;
  const ours = [Deno.execPath(), "run", "-A", "--no-config", entry, "-a", env.address];
  const empty = [Deno.execPath(), "repl", "--quiet", "-A", "--no-config"];
  const times = { ours: [] as number[], empty: [] as number[] };
  try {
    for (let round = -1; round < ROUNDS; round++) {
      const [a, b] = [await untilPrompt(ours, home), await untilPrompt(empty, home)];
      // The first round fills caches.
      if (round < 0) continue;
      times.ours.push(a);
      times.empty.push(b);
    }
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
  const prompt = median(times.ours);
  const table = tableTime();
  const dashboard = await dashboardLoad();
  const limit = (name: string, ours: number, bar: number): BenchRow => ({
    ...benchRow(GROUP, name, { ours, theirs: 1, unit: "ms" }, { bar, better: "lower" }),
    detail: `${ours.toFixed(1)} ms`,
  });
  return [
    limit("from the start to the prompt, ms", prompt, 250),
    benchRow(
      GROUP,
      "start against an empty deno repl",
      { ours: prompt, theirs: median(times.empty), unit: "ms" },
      { bar: 4, better: "lower" },
    ),
    limit(`a table of ${ROWS} containers, ms`, table, 50),
    {
      ...benchRow(GROUP, `a dashboard of ${SHOWN} containers, % of a core`, {
        ours: dashboard,
        theirs: 1,
        unit: "%",
      }, { bar: 10, better: "lower" }),
      detail: `${dashboard.toFixed(1)} % of a core, an update a second, a stand-in daemon`,
    },
  ];
}

/** Milliseconds from the start of a program to its prompt. */
async function untilPrompt(command: readonly string[], home: string): Promise<number> {
  const start = performance.now();
  await using terminal = new Terminal(command, {
    cwd: home,
    env: { HOME: home, XDG_STATE_HOME: "" },
    signal: AbortSignal.timeout(30_000),
  });
  await terminal.prompt();
  const ms = performance.now() - start;
  await terminal.type("\x04");
  await terminal.end();
  return ms;
}

/**
 * Percent of a core that the process uses which serves a dashboard, while a page looks at it. The
 * daemon is one that stands in, see `stand_in.ts`.
 */
async function dashboardLoad(): Promise<number> {
  const folder = Deno.makeTempDirSync({ prefix: "db-dash-" });
  const address = `${folder}/c.sock`;
  const script = (name: string, ...args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL(`repl/${name}.ts`, import.meta.url).pathname, ...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
  const daemon = script("stand_in", address, String(SHOWN));
  const daemonLines = readLines(daemon.stdout);
  await daemonLines.next();
  const client = script("dashboard", address);
  const lines = readLines(client.stdout);
  const next = async () => (await lines.next()).value ?? "";
  const input = client.stdin.getWriter();
  const cpu = async () => {
    await input.write(new TextEncoder().encode("\n"));
    return Number(await next());
  };
  const get = await signIn(await next());
  let start: { cpu: number; at: number } | undefined;
  let percent = NaN;
  let updates = 0;
  for await (const { type, data } of messages(await get("/api/stream?namespace=default"))) {
    if (type !== "stats") continue;
    if (data.length !== SHOWN) throw new Error(`${data.length} containers were measured`);
    updates++;
    // What the first seconds compile is no part of it.
    if (updates === 4) start = { cpu: await cpu(), at: performance.now() };
    if (updates < 4 + SECONDS || !start) continue;
    percent = (await cpu() - start.cpu) / ((performance.now() - start.at) / 1000) * 100;
    break;
  }
  await input.close();
  await client.status;
  await lines.return();
  await daemon.stdin.close();
  daemon.kill();
  await daemon.status;
  await daemonLines.return();
  Deno.removeSync(folder, { recursive: true });
  return percent;
}

/** Median milliseconds to print a table. */
function tableTime(): number {
  const now = Date.now();
  const list = CONTAINERS.list(Array.from({ length: ROWS }, (_, i): ContainerInfo => ({
    id: `${crypto.randomUUID()}-${i}`,
    image: `registry.example/team/service-${i % 40}:v1.${i}`,
    name: `c${i}`,
    exit: undefined,
    ports: [],
    state: i % 3 === 0 ? undefined : "running",
    pid: i % 3 === 0 ? undefined : 1000 + i,
    runtime: "io.containerd.runc.v2",
    labels: {},
    createdAt: new Date(now - i * 60_000),
  })));
  const times: number[] = [];
  for (let round = 0; round < 21; round++) {
    const start = performance.now();
    Deno.inspect(list, { colors: true });
    times.push(performance.now() - start);
  }
  return median(times);
}
