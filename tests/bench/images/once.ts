/**
 * A whole process that does one thing to an image, and prints the most memory that it took, in
 * bytes: address, namespace, a folder without configuration, what to do and with what are arguments.
 */
import { connect } from "../../../mod.ts";

const [address, namespace, dir, what, ...rest] = Deno.args as [
  string,
  string,
  string,
  string,
  ...string[],
];
const registry = { hostsDir: `${dir}/certs.d`, configDir: dir };
{
  await using davit = await connect(address);
  const { images } = davit.namespace(namespace);
  const [first = "", second = "", third] = rest;
  const way = (text: string | undefined) => text === "client" ? "client" : "transfer";
  switch (what) {
    case "import":
      await images.import(first);
      break;
    case "export":
      await (await images.get(first)).exportTo(second);
      break;
    case "pull":
      await images.pull(first, { via: way(second), registry });
      break;
    case "sync":
      await images.sync([second, ...rest.slice(2)], { via: way(first), registry, images: 20 });
      break;
    case "push":
      await (await images.get(first)).push(second, { via: way(third), registry });
  }
}
const peak = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
console.log(Number(peak) * 1024);
