import { assertEquals } from "@std/assert";
import { HOSTS_AWK } from "./hosts_awk.ts";

/** Runs the program on metas and hosts files by container; returns the files afterwards. */
async function hosts(
  containers: Record<string, { meta: string; hosts: string }>,
): Promise<Record<string, string>> {
  const dir = await Deno.makeTempDir();
  try {
    const ids = Object.keys(containers);
    for (const id of ids) {
      await Deno.mkdir(`${dir}/${id}`);
      await Deno.writeTextFile(`${dir}/${id}/meta.json`, containers[id]!.meta);
      await Deno.writeTextFile(`${dir}/${id}/hosts`, containers[id]!.hosts);
    }
    const metas = ids.map((id) => `${dir}/${id}/meta.json`);
    const { code, stderr } = await new Deno.Command("awk", { args: [HOSTS_AWK, ...metas] })
      .output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return Object.fromEntries(ids.map((id) => [id, Deno.readTextFileSync(`${dir}/${id}/hosts`)]));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const LOCAL =
  "127.0.0.1\tlocalhost localhost.localdomain\n::1\t\tlocalhost localhost.localdomain\n";

Deno.test("HOSTS_AWK reads nerdctl's form and Davit's, and keeps what others wrote", async () => {
  const address = (ip: string) =>
    `{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"/proc/1/ns/net"}],` +
    `"ips":[{"interface":2,"address":"${ip}/24","gateway":"10.4.0.1"}],"dns":{}}`;
  const files = await hosts({
    // As Go writes it.
    theirs: {
      meta: `{"ID":"abc","Networks":{"bridge":${address("10.4.0.2")},"shop":${
        address("10.4.1.2")
      }},"Hostname":"abc","ExtraHosts":{"gw":"10.4.0.1"},"Name":"db","Domainname":"example.org"}`,
      hosts:
        "# mine\n192.0.2.9 other\n127.0.0.1 localhost\n# <nerdctl>\n1.1.1.1 old\n# </nerdctl>\n",
    },
    // As plugins and the hook write it.
    ours: {
      meta: JSON.stringify(
        {
          ID: "web",
          Networks: { shop: JSON.parse(address("10.4.1.3")) },
          Hostname: "web",
          ExtraHosts: { 'q"uote': "10.0.0.1" },
          Name: "web",
          Domainname: "",
          Aliases: { shop: ["www", "web"] },
        },
        undefined,
        4,
      ),
      hosts: "",
    },
    empty: { meta: '{"ID":"x","Networks":{"none":{}},"Hostname":"x","Name":"x"}', hosts: "" },
    broken: { meta: '{"ID":"y', hosts: "10.0.0.7 kept\n" },
  });
  const db = "10.4.1.2        abc.example.org abc abc.shop db db.shop\n";
  const web = "10.4.1.3        web web.shop www www.shop\n";
  assertEquals(
    files.theirs,
    `192.0.2.9 other\n# <nerdctl>\n${LOCAL}10.4.0.1        gw\n` +
      `10.4.0.2        abc.example.org abc db\n${db}${web}# </nerdctl>\n`,
  );
  assertEquals(
    files.ours,
    `# <nerdctl>\n${LOCAL}10.0.0.1        q"uote\n${db}${web}# </nerdctl>\n`,
  );
  assertEquals(files.empty, `# <nerdctl>\n${LOCAL}# </nerdctl>\n`);
  assertEquals(files.broken, `10.0.0.7 kept\n# <nerdctl>\n${LOCAL}# </nerdctl>\n`);
});
