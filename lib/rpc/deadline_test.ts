import { assert, assertEquals } from "@std/assert";
import { callAfter } from "./deadline.ts";

/** Keeps the process alive meanwhile, as a connection would. */
async function within(ms: number, done: () => boolean): Promise<void> {
  const end = performance.now() + ms;
  while (!done() && performance.now() < end) await new Promise((r) => setTimeout(r, 5));
}

Deno.test("callAfter() fires in the order of the deadlines, not before them", async () => {
  const fired: string[] = [];
  const start = performance.now();
  const times: number[] = [];
  for (const [name, ms] of [["c", 60], ["a", 20], ["b", 40]] as const) {
    callAfter(ms, () => {
      fired.push(name);
      times.push(performance.now() - start - ms);
    });
  }
  await within(5_000, () => fired.length === 3);
  assertEquals(fired, ["a", "b", "c"]);
  assert(times.every((late) => late >= 0));
});

Deno.test("callAfter() does not fire what was canceled, and goes on with the rest", async () => {
  const fired: number[] = [];
  const cancels = Array.from(
    { length: 1000 },
    (_, i) => callAfter(20 + i % 10, () => fired.push(i)),
  );
  for (const [i, cancel] of cancels.entries()) if (i !== 500) cancel();
  callAfter(50, () => fired.push(-1));
  await within(5_000, () => fired.length === 2);
  assertEquals(fired, [500, -1]);
  cancels[500]!();
});

Deno.test("callAfter() fires after an alarm that nobody waited for", async () => {
  callAfter(10, () => {})();
  const end = performance.now() + 40;
  await within(5_000, () => performance.now() > end);
  let fired = false;
  callAfter(10, () => fired = true);
  await within(5_000, () => fired);
  assert(fired);
});

Deno.test("callAfter() keeps the process alive for its deadline, not for a canceled one", async () => {
  const module = new URL("deadline.ts", import.meta.url).href;
  const script = `
    import { callAfter } from "${module}";
    callAfter(600_000, () => {})();
    const again = callAfter(500_000, () => {});
    callAfter(30, () => { console.log("fired"); again(); });`;
  const { stdout, code } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    signal: AbortSignal.timeout(20_000),
  }).output();
  assertEquals([new TextDecoder().decode(stdout), code], ["fired\n", 0]);
});
