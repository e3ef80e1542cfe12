import { assertEquals, assertStringIncludes } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";
import { Browser, findChromium } from "./browser.ts";

const chromium = findChromium();

/** Where pictures go, if anywhere: to be looked at. */
const PICTURES = Deno.env.get("DAVIT_TEST_PICTURES");

daemonTest("a dashboard works in a browser, light and dark, wide and narrow", async (env) => {
  const { client, ns, signal } = env;
  await env.image();
  const name = "web";
  await using web = await ns.container(name).image(BUSYBOX)
    .sh`echo '<img src=x onerror=alert(1)>'; while true; do echo tick; sleep 1; done`.start();
  await using _idle = await ns.container("idle").image(BUSYBOX).command("true").create();
  await using dashboard = await client.serve({ namespace: ns.name, writable: true });
  await using browser = await Browser.start(chromium!, signal);
  const limit = AbortSignal.timeout(40_000);
  const text = async (selector: string) =>
    String(await browser.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`));
  const until = (expression: string) => browser.until(expression, limit);
  const picture = async (name: string) => {
    if (PICTURES) await Deno.writeFile(`${PICTURES}/${name}.png`, await browser.screenshot());
  };

  await browser.look(1400, 900, false);
  await browser.open(dashboard.url);
  await until(`document.querySelectorAll("#rows .row").length === 2`);
  await until(`document.querySelector("#live").textContent === "live"`);
  await until(`document.querySelector("#memory").textContent.includes("iB")`);
  assertEquals(await browser.evaluate("location.search"), "", "the token has left the address");
  assertEquals(await text("#running"), "1");
  assertStringIncludes(await text("#running-more"), "running of 2");
  assertStringIncludes(await text("#images"), BUSYBOX);

  // Another container comes by itself.
  await using more = await ns.container("more").image(BUSYBOX).command("sleep", "99").start();
  await until(`document.querySelector("#running").textContent === "2"`);
  await until(`document.querySelector("#events").innerText.includes("tasks/start")`);
  await browser.evaluate(`filter.value = "idle"; filter.oninput()`);
  await until(`[...document.querySelectorAll("#rows .row")]
    .filter((row) => row.style.display === "").length === 1`);
  await browser.evaluate(`filter.value = ""; filter.oninput()`);
  await picture("wide-light");

  // Its log, as text and not as markup; its buttons.
  await browser.evaluate(`document.querySelector('[data-id="${name}"]').click()`);
  await until(`document.querySelector("#log").innerText.includes("tick")`);
  assertStringIncludes(await text("#log"), "<img src=x onerror=alert(1)>");
  await until(`document.querySelector("#facts").innerText.includes("${BUSYBOX}")`);
  await browser.evaluate(`document.querySelector('[data-action="pause"]').click()`);
  await until(`document.querySelector("#detail-dot").className === "dot paused"`);
  await browser.evaluate(`document.querySelector('[data-action="resume"]').click()`);
  await until(`document.querySelector("#detail-dot").className === "dot running"`);
  await browser.look(1400, 900, true);
  await picture("wide-dark-detail");
  await browser.evaluate("detail.close()");

  for (const [width, dark] of [[390, false], [390, true], [900, true]] as const) {
    await browser.look(width, 844, dark);
    const over = await browser.evaluate("document.documentElement.scrollWidth - innerWidth");
    assertEquals(Number(over) <= 0, true, `nothing sticks out on ${width} pixels`);
    await picture(`${width}-${dark ? "dark" : "light"}`);
  }

  assertEquals(browser.problems, []);

  // When the program ends, the page says so and does not hang.
  await dashboard.close();
  await until(`document.querySelector("#live").textContent === "disconnected"`);
  await more.remove();
  await web.remove();
}, {
  versions: ["2.1"],
  skip: chromium ? undefined : "no Chromium on PATH",
  timeoutMs: 60_000,
});
