import { assertEquals, assertRejects } from "@std/assert";
import { connect, UnsupportedError } from "../../mod.ts";
import { CNI_BIN, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { TestSshd } from "../harness/sshd.ts";
import { fetchFrom, HOST, networkedTest } from "../network/support.ts";
import { nothingLeft } from "./support.ts";

networkedTest(
  "networks and published ports are those of the other machine",
  ["2.1"],
  async (daemon) => {
    await using sshd = await TestSshd.start({ env: { CNI_PATH: `${CNI_BIN}:${TOOLS_BIN}` } });
    {
      await using davit = await connect({ address: `ssh://box${daemon.address}`, ssh: sshd.ssh });
      const ns = davit.namespace(daemon.ns.name);
      const { name } = daemon.image;
      const network = await ns.networks.create("back");
      await using web = await ns.container("web").image(name).network("back").publish("8080:80")
        .sh`mkdir /www; echo found > /www/index.html; exec httpd -f -h /www`.start();
      await web.until({ port: 80 });
      await assertRejects(
        () => ns.networks.serveDns("back"),
        UnsupportedError,
        "run the script there",
      );
      const run = ns.run(name).network("back").command("wget", "-qO-", "http://web/");
      assertEquals(await run.text(), "found");
      assertEquals((await fetchFrom(daemon, `http://${HOST}:8080/`)).trim(), "found");
      await web[Symbol.asyncDispose]();
      await ns.networks.remove(network.name);
    }
    await nothingLeft(sshd);
  },
);
