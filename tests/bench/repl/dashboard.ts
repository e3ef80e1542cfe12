/**
 * Serves a dashboard and prints a link to it; for each line that comes in, prints the CPU seconds
 * that this process has used so far.
 *
 * Argument: the daemon's socket.
 *
 * @module
 */
import { connect } from "../../../lib/client/connect.ts";
import { readLines } from "../../../lib/io/lines.ts";

/** What proc(5) counts in: all Linux systems have 100 a second. */
const TICKS = 100;

function cpuSeconds(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

await using davit = await connect(Deno.args[0]);
await using dashboard = await davit.serve();
console.log(dashboard.url);
for await (const _ of readLines(Deno.stdin.readable)) console.log(cpuSeconds());
