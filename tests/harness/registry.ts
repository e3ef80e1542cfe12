/**
 * Debian's docker-registry for tests: on loopback, with a folder of its own, gone afterwards.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import { toolPath } from "../../.ci/setup/paths.ts";

/** The user of a registry with `htpasswd`. */
export const TEST_USER = { username: "davit", password: "harbour:wall" };
/** The same as an htpasswd line; the registry takes bcrypt only. */
const HTPASSWD_LINE = "davit:$2b$04$gqFoAunUfKcHHCY6q8mk2uYZhFPxcHEwRWH5bMKk7ymXVpjO.KSbO";

/** How a registry is set up. */
export interface TestRegistryOptions {
  /** It wants {@linkcode TEST_USER}, by Basic authentication. */
  htpasswd?: boolean;
  /** It speaks TLS; with `clientCaPem` it wants a client certificate. */
  tls?: { certPem: string; keyPem: string; clientCaPem?: string };
  /** It wants tokens of this server. */
  token?: { realm: string; service: string; issuer: string; rootCertPem: string };
  /** Manifests may be deleted. @default true */
  delete?: boolean;
}

/** A registry that runs. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Its root: `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** Its folder, for other files of the test as well. */
  readonly dir: string;
}

const START_TIMEOUT_MS = 20_000;

/** Starts a registry, and waits until it listens. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const dir = await Deno.makeTempDir({ prefix: "davit-registry-" });
  const config = `${dir}/config.yml`;
  await Deno.writeTextFile(config, JSON.stringify(await settings(dir, options)));
  const child = new Deno.Command(toolPath("docker-registry"), {
    args: ["serve", config],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { OTEL_TRACES_EXPORTER: "none" },
  }).spawn();
  const log: string[] = [];
  const listening = Promise.withResolvers<string>();
  const reading = readLog(child.stderr, log, listening);
  const timer = setTimeout(
    () => listening.reject(new Error("docker-registry did not start in time")),
    START_TIMEOUT_MS,
  );
  const stop = async (): Promise<void> => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await child.status;
    await reading;
    await Deno.remove(dir, { recursive: true });
  };
  try {
    const host = await listening.promise;
    const url = `${options.tls ? "https" : "http"}://${host}`;
    return { host, url, dir, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw new Error(`docker-registry does not start:\n${log.join("\n")}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function settings(dir: string, options: TestRegistryOptions): Promise<unknown> {
  const write = async (name: string, text: string): Promise<string> => {
    await Deno.writeTextFile(`${dir}/${name}`, text);
    return `${dir}/${name}`;
  };
  const { tls, token } = options;
  const http: Record<string, unknown> = { addr: "127.0.0.1:0", secret: "a secret of the test" };
  if (tls) {
    const files: Record<string, unknown> = {
      certificate: await write("server.crt", tls.certPem),
      key: await write("server.key", tls.keyPem),
    };
    if (tls.clientCaPem) files["clientcas"] = [await write("clients.crt", tls.clientCaPem)];
    http["tls"] = files;
  }
  const auth: Record<string, unknown> = {};
  if (options.htpasswd) {
    auth["htpasswd"] = {
      realm: "the test",
      path: await write("htpasswd", `${HTPASSWD_LINE}\n`),
    };
  }
  if (token) {
    auth["token"] = {
      realm: token.realm,
      service: token.service,
      issuer: token.issuer,
      rootcertbundle: await write("token.crt", token.rootCertPem),
    };
  }
  return {
    version: "0.1",
    log: { level: "info", formatter: "json" },
    storage: {
      filesystem: { rootdirectory: `${dir}/data` },
      delete: { enabled: options.delete ?? true },
    },
    http,
    ...(Object.keys(auth).length > 0 ? { auth } : {}),
  };
}

async function readLog(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  log: string[],
  listening: PromiseWithResolvers<string>,
): Promise<void> {
  const lines = stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    if (log.length < 200) log.push(line);
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (host !== undefined) listening.resolve(host);
  }
  listening.reject(new Error("it has ended"));
}
