import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  connect,
  DavitError,
  FailedPreconditionError,
  InvalidArgumentError,
  PermissionError,
  UnavailableError,
  UnsupportedError,
} from "../../mod.ts";
import { makeKey, PLAIN_USER } from "../harness/sshd.ts";
import { remoteTest, type RemoteTestEnv } from "./support.ts";

// deno-lint-ignore no-explicit-any -- of whatever arguments
type ErrorClass = new (...args: any[]) => DavitError;

/** Connecting fails with a class and words that help. */
async function fails(
  t: RemoteTestEnv,
  what: { address?: string; args?: readonly string[]; config?: string; program?: string },
  type: ErrorClass,
  words: string,
): Promise<void> {
  const { address = t.remote, program = t.sshd.ssh.program } = what;
  // What comes first counts, of all but the configuration.
  const args = [...what.args ?? [], ...what.config ? ["-F", what.config] : t.sshd.ssh.args ?? []];
  const error = await assertRejects(
    () => connect({ address, ssh: { program, args }, signal: t.signal }),
    DavitError,
  );
  assert(error instanceof type, `${error.name}: ${error.message}`);
  assertStringIncludes(error.message, words);
  assertEquals(error.message.split("\n").length, 1);
}

remoteTest("connect() says why ssh does not get there", async (t) => {
  await makeKey(`${t.sshd.dir}/other`);
  const config = `${t.sshd.dir}/wrong_config`;
  Deno.writeTextFileSync(
    config,
    Deno.readTextFileSync(`${t.sshd.dir}/ssh_config`).replace("/user\n", "/other\n"),
  );
  await fails(t, { config }, PermissionError, "ssh-agent");
  const unknown = ["-o", "UserKnownHostsFile=/dev/null"];
  await fails(t, { args: unknown }, PermissionError, "ssh HOST");
  Deno.writeTextFileSync(
    `${t.sshd.dir}/changed`,
    `[127.0.0.1]:${t.sshd.port} ${Deno.readTextFileSync(`${t.sshd.dir}/other.pub`)}`,
  );
  const changed = ["-o", `UserKnownHostsFile=${t.sshd.dir}/changed`];
  await fails(t, { args: changed }, PermissionError, "ssh-keygen -R");
  const nowhere = "ssh://no-such-host.invalid";
  await fails(t, { address: nowhere }, UnavailableError, "no host of that name");
  await fails(t, { address: "ssh://127.0.0.1:1" }, UnavailableError, "nothing listens");
  await fails(t, { program: "/no/such/ssh" }, UnsupportedError, "install the OpenSSH client");
  await fails(t, { args: ["-o", "NoSuchOption=1"] }, FailedPreconditionError, "options");
  await fails(t, { address: "ssh://" }, InvalidArgumentError, "names no host");
  // Never a daemon of this machine in its place.
  const start = { address: nowhere, ssh: t.sshd.ssh, start: true, signal: t.signal };
  await assertRejects(() => connect(start), UnsupportedError, "this machine only");
}, { image: false });

remoteTest("connect() says what is wrong with the socket there", async (t) => {
  const socket = new URL(t.remote).pathname;
  await fails(t, { address: "ssh://box/no/such.sock" }, UnavailableError, "/no/such.sock");
  await fails(t, { address: "ssh://box/etc/passwd" }, InvalidArgumentError, "no socket");
  await fails(t, { address: "ssh://box" }, UnavailableError, "/run/k3s/containerd/containerd.sock");
  const plain = `ssh://${PLAIN_USER}@box${socket}`;
  await fails(t, { address: plain }, PermissionError, "ssh://root@HOST");
  // Nobody listens at it any more.
  const dead = `${t.sshd.dir}/dead.sock`;
  Deno.listen({ transport: "unix", path: dead }).close();
  await fails(t, { address: `ssh://box${dead}` }, UnavailableError, dead);
}, { image: false });

remoteTest(
  "an address without a path finds the daemon, and $CONTAINERD_ADDRESS may be one",
  async (t) => {
    const socket = new URL(t.remote).pathname;
    const { program, args = [] } = t.sshd.ssh;
    const place = "/run/k3s/containerd";
    const { success } = await new Deno.Command(program!, {
      args: [...args, "box", `mkdir -p ${place} && ln -s ${socket} ${place}/containerd.sock`],
    }).output();
    assert(success);
    await using davit = await connect({ address: "ssh://box", ssh: t.sshd.ssh, signal: t.signal });
    assertEquals(davit.address, t.remote);
    Deno.env.set("CONTAINERD_ADDRESS", "ssh://box");
    try {
      await using other = await connect({ ssh: t.sshd.ssh, signal: t.signal });
      assertEquals(other.address, t.remote);
    } finally {
      Deno.env.delete("CONTAINERD_ADDRESS");
    }
  },
  { image: false },
);

for (
  const [config, type, words] of [
    ["AllowStreamLocalForwarding no", UnsupportedError, "AllowStreamLocalForwarding"],
    ["DisableForwarding yes", UnsupportedError, "AllowStreamLocalForwarding"],
    ["MaxSessions 0", UnavailableError, ""],
  ] as const
) {
  remoteTest(`connect() says that sshd has ${config}`, async (t) => {
    await fails(t, {}, type, words);
  }, { image: false, sshd: { config: [config] } });
}

remoteTest("two sessions for each connection are enough", async (t) => {
  await using davit = await t.connect();
  const base = davit.namespace(t.ns.name).run((await t.image()).name);
  assertEquals(await base.command("cat").stdin(new Blob(["x"]).stream()).text(), "x");
}, { sshd: { config: ["MaxSessions 2"] } });

remoteTest("one session for each connection is told to be too few", async (t) => {
  await using davit = await t.connect();
  const run = davit.namespace(t.ns.name).run((await t.image()).name).command("true");
  await assertRejects(() => run.text(), FailedPreconditionError, "MaxSessions");
}, { sshd: { config: ["MaxSessions 1"] } });

remoteTest("a missing sftp subsystem is told", async (t) => {
  await using davit = await t.connect();
  const run = davit.namespace(t.ns.name).run((await t.image()).name).command("true");
  await assertRejects(() => run.text(), UnsupportedError, "sftp");
}, { sshd: { config: ["Subsystem other internal-sftp"] } });

remoteTest("connect() can be given up while it logs in", async (t) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  const given = new AbortController();
  const attempt = assertRejects(
    () => connect({ address: `ssh://127.0.0.1:${port}`, ssh: t.sshd.ssh, signal: given.signal }),
    Error,
    "enough",
  );
  const conn = await accepted;
  given.abort(new Error("enough"));
  await attempt;
  conn.close();
  listener.close();
}, { image: false });
