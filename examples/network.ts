/**
 * A web server, a database and a worker on one network: reached from outside by a published port,
 * from inside by name, and started again by the daemon whenever they end.
 *
 * Run as root, where CNI's plugins, iptables, containerd and a static busybox are:
 * `deno run -A examples/network.ts`. With `--keep` all goes on when the script has ended;
 * `--remove` takes it away.
 */
import { connect, type Container, type Image, NotFoundError } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace(Deno.env.get("SHOP_NAMESPACE") ?? "shop");
if (Deno.args.includes("--remove")) {
  await closeShop();
} else {
  await openShop(await buildImage());
  if (Deno.args.includes("--keep")) console.log("everything goes on; --remove takes it away");
  else await closeShop();
}

async function openShop(image: Image): Promise<void> {
  await ns.networks.create("shop");
  const service = (name: string) => ns.container(name).image(image).network("shop").keep();

  const database = await service("db").network("shop", { aliases: ["database"] })
    .sh`touch /count; exec httpd -f -p 8000 -h /db`.start();
  await database.until({ port: 8000 });
  const worker = await service("worker")
    .sh`while true; do wget -q -O - http://database:8000/cgi-bin/add; sleep 0.2; done`.start();
  const web = await service("web").publish("8080:80").command("httpd", "-f", "-h", "/web").start();
  await web.until({ port: 80 });
  for (const container of [database, worker, web]) await startAlways(container);

  // From inside, by name. From outside it is http://HOST:8080/cgi-bin/orders.
  const visitor = ns.run(image).network("shop");
  const orders = async () =>
    Number(await visitor.command("wget", "-q", "-O", "-", "http://web/cgi-bin/orders").text());
  console.log(
    "ports:",
    (await web.ports()).map((p) => `${p.hostPort} → ${p.containerPort}`).join(),
  );
  console.log("orders so far:", await orders());

  // Whatever ends is started again by the daemon, with its name, its ports, and an address.
  await web.kill("SIGKILL");
  while (!await orders().catch(() => 0)) await new Promise((resolve) => setTimeout(resolve, 500));
  console.log("the web server is back");
  const { containers } = await ns.networks.inspect("shop");
  for (const { id, addresses } of containers) console.log(id.padEnd(24), addresses.join(", "));
}

/** Has the daemon start a container again whenever it ends, from now on. */
async function startAlways({ id }: Container): Promise<void> {
  const labels = {
    "containerd.io/restart.policy": "always",
    "containerd.io/restart.status": "running",
  };
  const paths = Object.keys(labels).map((name) => `labels.${name}`);
  await ns.api.containers.update({ container: { id, labels }, updateMask: { paths } });
}

async function closeShop(): Promise<void> {
  for (const id of ["web", "worker", "db"]) {
    try {
      await (await ns.containers.get(id)).remove();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  await ns.networks.remove("shop", { force: true });
}

/** What busybox has is enough: a web server that runs scripts, and a client. */
async function buildImage(): Promise<Image> {
  const script = (line: string) => `#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\n${line}\n`;
  const executable = { mode: 0o755 };
  const database = { add: script("echo x >>/count"), get: script("grep -c x /count") };
  const web = { orders: script("wget -q -O - http://database:8000/cgi-bin/get") };
  return await ns.build("scratch")
    .copy(await findBusybox(), "/bin/busybox", executable)
    .run("/bin/busybox", "--install", "-s", "/bin")
    .env({ PATH: "/bin" })
    .copy(database, "/db/cgi-bin", executable)
    .copy(web, "/web/cgi-bin", executable)
    .tag("shop:latest")
    .build();
}

/** A static busybox: the set-up's, or the system's. */
async function findBusybox(): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/busybox`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  throw new NotFoundError("Cannot find a static busybox on PATH: install busybox-static");
}
