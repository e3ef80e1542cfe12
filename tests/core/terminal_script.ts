/** A script with a terminal, for the tests: ADDRESS NAMESPACE IMAGE CASE. @module */
import { connect } from "../../mod.ts";

const [address, namespace, image, kind] = Deno.args as [string, string, string, string];
console.log("PID", Deno.pid, ".");
await using davit = await connect(address);
const ns = davit.namespace(namespace);
const shell = 'stty size; echo ready; while :; do read -r line && echo "<$line>" && ' +
  '[ "$line" = size ] && stty size; [ "$line" = end ] && exit 7; done';
switch (kind) {
  case "run":
    console.log(
      "END",
      JSON.stringify(await ns.run(image).command("sh", "-c", shell).interactive()),
    );
    break;
  case "exec": {
    await using box = await ns.container().image(image).command("sleep", "600").start();
    const exec = box.exec(
      "sh",
      "-c",
      "echo ready; trap 'echo got term; exit 9' TERM; " +
        "while :; do sleep 0.1; done",
    );
    console.log("END", JSON.stringify(await exec.interactive()));
    break;
  }
}
console.log(
  "RAW",
  new TextDecoder().decode(
    (await new Deno.Command("stty", { args: ["-a"], stdin: "inherit" }).output()).stdout,
  ).includes("-icanon"),
);
