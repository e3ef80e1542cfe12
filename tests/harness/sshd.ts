/**
 * A real sshd for one test, on loopback, with keys of its own.
 *
 * It runs in a mount namespace of its own: `/run` is empty there but for what it insists on, and
 * `/etc/passwd` has a user more.
 *
 * @module
 */
import { toolPath } from "../../.ci/setup/paths.ts";
import type { SshOptions } from "../../lib/host/ssh/master.ts";

/** A user without rights, in the sshd's own world. */
export const PLAIN_USER = "davit-plain";

/** What its sshd_config says besides. */
export interface SshdOptions {
  /** Lines such as `MaxSessions 3`. */
  readonly config?: readonly string[];
  /** What is in the environment of its sessions. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs in a mount namespace of its own: `$1` is the folder. */
const START = `
set -e
mount -t tmpfs run /run && mkdir -m 755 /run/sshd
cat /etc/passwd > "$1/passwd" && chmod 644 "$1/passwd"
echo '${PLAIN_USER}:x:65532:65534::/:/bin/sh' >> "$1/passwd"
mount --bind "$1/passwd" /etc/passwd
exec "$2" -D -e -f "$1/sshd_config"
`;

/** A running sshd. */
export class TestSshd implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #log: Promise<void>;
  #text = "";
  /** Its folder. */
  readonly dir: string;
  /** The port it listens on, at 127.0.0.1. */
  readonly port: number;

  private constructor(process: Deno.ChildProcess, dir: string, port: number) {
    this.#process = process;
    this.dir = dir;
    this.port = port;
    this.#log = this.#read();
  }

  /** Starts one. The user's name and key, and its host key, are in {@linkcode ssh}. */
  static async start(options: SshdOptions = {}): Promise<TestSshd> {
    const dir = Deno.makeTempDirSync({ prefix: "sshd-" });
    Deno.chmodSync(dir, 0o755);
    Deno.mkdirSync(`${dir}/tmp`);
    Deno.chmodSync(`${dir}/tmp`, 0o1777);
    await Promise.all([makeKey(`${dir}/host`), makeKey(`${dir}/user`)]);
    for (let left = 5;; left--) {
      const port = freePort();
      Deno.writeTextFileSync(
        `${dir}/sshd_config`,
        [
          `Port ${port}`,
          "ListenAddress 127.0.0.1",
          `HostKey ${dir}/host`,
          `AuthorizedKeysFile ${dir}/user.pub`,
          "StrictModes no",
          "PasswordAuthentication no",
          "KbdInteractiveAuthentication no",
          "PidFile none",
          "UseDNS no",
          `SetEnv ${
            Object.entries({ TMPDIR: `${dir}/tmp`, ...options.env })
              .map(([name, value]) => `${name}=${value}`).join(" ")
          }`,
          ...options.config ?? [],
          ...options.config?.some((line) => line.startsWith("Subsystem"))
            ? []
            : ["Subsystem sftp internal-sftp"],
          "",
        ].join("\n"),
      );
      const process = new Deno.Command("unshare", {
        args: ["--mount", "sh", "-c", START, "sshd", dir, toolPath("sshd")],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const sshd = new TestSshd(process, dir, port);
      if (await sshd.#listening()) {
        sshd.#configure();
        return sshd;
      }
      await sshd.#stop();
      if (left === 0) throw new Error(`sshd does not start:\n${sshd.#text}`);
    }
  }

  #configure(): void {
    const key = Deno.readTextFileSync(`${this.dir}/host.pub`);
    Deno.writeTextFileSync(`${this.dir}/known_hosts`, `[127.0.0.1]:${this.port} ${key}`);
    Deno.writeTextFileSync(
      `${this.dir}/ssh_config`,
      [
        "Host box",
        "  HostName 127.0.0.1",
        `  Port ${this.port}`,
        "Host *",
        `  IdentityFile ${this.dir}/user`,
        "  IdentitiesOnly yes",
        "  IdentityAgent none",
        `  UserKnownHostsFile ${this.dir}/known_hosts`,
        "  GlobalKnownHostsFile none",
        "",
      ].join("\n"),
    );
  }

  /** How `ssh` is to be called: with a configuration in which it is known as `box`. */
  get ssh(): SshOptions {
    return { program: toolPath("ssh"), args: ["-F", `${this.dir}/ssh_config`] };
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#process.stderr) {
      this.#text += decoder.decode(chunk, { stream: true });
      this.#wake.resolve();
    }
    this.#wake.resolve();
  }

  #wake = Promise.withResolvers<void>();

  async #listening(): Promise<boolean> {
    let ended = false;
    void this.#log.then(() => ended = true);
    while (!ended && !this.#text.includes("Server listening on")) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
    return !ended;
  }

  async #stop(): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch { /* it has ended */ }
    await this.#process.status;
    await this.#log;
  }

  /** What has been left among the temporary files there. */
  left(): string[] {
    return [...Deno.readDirSync(`${this.dir}/tmp`)].map(({ name }) => name).sort();
  }

  /** Ends it and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    Deno.removeSync(this.dir, { recursive: true });
  }
}

/** Makes an SSH key. */
export async function makeKey(path: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(toolPath("ssh-keygen"), {
    args: ["-q", "-t", "ed25519", "-N", "", "-f", path],
    stdin: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
