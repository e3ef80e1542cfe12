/**
 * Watches containers while they come and go, and waits for one event.
 *
 * Run: `deno run -A examples/events.ts`, or `deno task example examples/events.ts`.
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace("events");

// Everything that happens in the namespace; `topic` tells the types apart.
await using events = ns.events();
const log = (async () => {
  for await (const item of events) {
    const time = item.timestamp?.toISOString().slice(11, 23);
    if (item.topic === "/tasks/exit") {
      console.log(`${time} ${item.event.containerId} ended with ${item.event.exitStatus}`);
    } else {
      console.log(`${time} ${item.topic === "unknown" ? item.rawTopic : item.topic}`);
    }
  }
})();

// Subscribed before anything starts, so that it cannot be missed.
const made = ns.once("/images/create", ({ event }) => event.name.includes("events"), {
  timeout: "10s",
});
await ns.build("scratch").tag("events:example").build();
console.log(`made ${(await made).event.name}`);
await ns.images.remove("events:example");

await events.return();
await log;
