/**
 * Looks at every call: an audit log, a rule, numbers, and a client that can be handed to code that
 * is not trusted with more than looking.
 *
 * Run: `deno run -A examples/policy.ts`; containerd is started if none runs.
 */
import { CallMetrics, connect, PermissionError } from "@davit/sdk";

await using davit = await connect({ start: true });

// Every call that this client makes is written down, with what became of it.
const audited = davit.use(({ service, method, namespace }) => ({
  end(error) {
    const name = service.split(".").at(-1);
    console.log(`  ${name}.${method} in ${namespace ?? "-"}: ${error?.code ?? "ok"}`);
  },
}));
console.log("audit:");
await audited.namespace("policy").images.list();

// A rule: what is refused is never sent. Interceptors nest; each sees the calls of its client only.
const careful = audited.use((call) => {
  if (call.method.startsWith("Delete")) call.deny("nothing is deleted on Fridays");
});
try {
  await careful.namespaces.delete("policy");
} catch (error) {
  if (!(error instanceof PermissionError)) throw error;
  console.log(`refused: ${error.message}`);
}

// Numbers: how many calls, how long, how they failed.
const metrics = new CallMetrics();
const counted = davit.use(metrics.interceptor).namespace("policy");
await Promise.all([counted.images.list(), counted.containers.list(), counted.leases.list()]);
for (const { rpc, ended, maxMs } of metrics.stats()) {
  console.log(`${rpc.split(".").at(-1)}: ${ended} call, ${maxMs.toFixed(1)} ms at most`);
}

// A client for other code: one namespace, and nothing but reading.
await inspect(davit.restricted({ namespace: "policy", readOnly: true }));

async function inspect(client: typeof davit): Promise<void> {
  console.log(`images to see: ${(await client.namespace().images.list()).length}`);
  const attempts: (() => Promise<unknown>)[] = [
    () => client.namespace("default").images.list(),
    () => client.namespace().leases.create(),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      console.log(`refused: ${error.message}`);
    }
  }
}
