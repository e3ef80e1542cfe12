/**
 * Names of a network by DNS: three web servers that share a name and take turns, found as a service,
 * one of them started later than the others; and a name that no container has.
 *
 * Run as root, where CNI's plugins, iptables, containerd and a static busybox are:
 * `deno run -A examples/dns.ts`
 */
import { connect, NotFoundError } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace(Deno.env.get("SHOP_NAMESPACE") ?? "dns");
const image = await ns.build("scratch")
  .copy(await findBusybox(), "/bin/busybox", { mode: 0o755 })
  .run("/bin/busybox", "--install", "-s", "/bin")
  .env({ PATH: "/bin" })
  .tag("busybox:dns")
  .build();

// Who joins the network asks the network's gateway, where this script answers.
await ns.networks.create("farm", { dns: true });
try {
  await using dns = await ns.networks.serveDns("farm", {
    forward: false,
    services: { "_http._tcp.web": 80 },
  });
  const client = ns.run(image).network("farm");
  const lookUp = async (...args: string[]) => {
    const { stdout } = await client.command("nslookup", ...args).noThrow();
    const found = stdout.split("\n").slice(2).join("\n");
    return [...found.matchAll(/(?:Address: |service = )(.*)/g)].map(([, text]) => text).sort();
  };
  const server = ns.container().image(image).network("farm", { aliases: ["web"] })
    .command("httpd", "-f", "-h", "/bin");
  await using first = await server.start();
  await using second = await server.start();
  console.log("web:", (await lookUp("-type=a", "web")).join(", "));
  await using third = await server.start();
  console.log("web, one more:", (await lookUp("-type=a", "web.farm")).join(", "));
  for (const service of await lookUp("-type=srv", "_http._tcp.web.farm")) console.log(service);
  await second.remove();
  console.log("web, one less:", (await lookUp("-type=a", "web")).join(", "));
  console.log("nobody:", (await lookUp("-type=a", "nobody")).join(", ") || "no such name");
  const { answered, refused } = dns.stats();
  console.log(`${answered} questions answered, ${refused} refused`);
  void [first, third];
} finally {
  await ns.networks.remove("farm", { force: true });
}

/** A static busybox: the set-up's, or the system's. */
async function findBusybox(): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/busybox`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  throw new NotFoundError("Cannot find a static busybox on PATH: install busybox-static");
}
