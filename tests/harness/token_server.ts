/**
 * A token server for tests (Docker registry token authentication): knows one user, grants what it is
 * told to, and remembers who asked for what.
 *
 * @module
 */

import { TestCa, type TestCertificate } from "./test_ca.ts";

/** How a token server behaves. */
export interface TokenServerOptions {
  /** The only user. */
  user: { username: string; password: string };
  /** Tokens live this long. @default 300 */
  lifetimeS?: number;
  /** POST is answered with this status, as servers do that do not know it. */
  postStatus?: number;
  /** What nobody may do: `"push"`. */
  deny?: readonly string[];
  /** Whether strangers get tokens for `pull`. @default false */
  anonymousPull?: boolean;
}

/** A request for a token. */
export interface TokenRequestSeen {
  method: string;
  grantType: string | undefined;
  scopes: string[];
  service: string | undefined;
  username: string | undefined;
  status: number;
}

/** A token server that runs. */
export interface TokenServer extends AsyncDisposable {
  /** What the registry must be told. */
  readonly registry: { realm: string; service: string; issuer: string; rootCertPem: string };
  /** All requests, in order. */
  readonly requests: TokenRequestSeen[];
  /** An identity token for the user. */
  readonly identityToken: string;
}

const SERVICE = "test registry";
const ISSUER = "test issuer";

/** Starts a token server. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const ca = await TestCa.create("token authority");
  const signer = await ca.issue({ name: "token signer" });
  const requests: TokenRequestSeen[] = [];
  const identityToken = crypto.randomUUID();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    return answer(request, options, identityToken, signer, requests);
  });
  return {
    registry: {
      realm: `http://127.0.0.1:${server.addr.port}/token`,
      service: SERVICE,
      issuer: ISSUER,
      rootCertPem: ca.certificate.certPem,
    },
    requests,
    identityToken,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function answer(
  request: Request,
  options: TokenServerOptions,
  identityToken: string,
  signer: TestCertificate,
  requests: TokenRequestSeen[],
): Promise<Response> {
  const isPost = request.method === "POST";
  const params = isPost
    ? new URLSearchParams(await request.text())
    : new URL(request.url).searchParams;
  const who = isPost ? whoByForm(params, options, identityToken) : whoByBasic(request, options);
  const scopes = params.getAll("scope").flatMap((scope) => scope.split(" "));
  const seen: TokenRequestSeen = {
    method: request.method,
    grantType: params.get("grant_type") ?? undefined,
    scopes,
    service: params.get("service") ?? undefined,
    username: typeof who === "string" ? who : undefined,
    status: 200,
  };
  requests.push(seen);
  if (isPost && options.postStatus !== undefined) seen.status = options.postStatus;
  else if (who === "refused") seen.status = 401;
  if (seen.status !== 200) {
    return Response.json({ details: "incorrect username or password" }, { status: seen.status });
  }
  const access = scopes.filter((scope) => scope !== "").map((scope) => {
    const [type = "", name = "", actions = ""] = scope.split(":");
    return { type, name, actions: actions.split(",").filter((action) => may(action)) };
  });
  function may(action: string): boolean {
    if (options.deny?.includes(action)) return false;
    return who !== "anonymous" || (options.anonymousPull === true && action === "pull");
  }
  const lifetime = options.lifetimeS ?? 300;
  const token = await makeToken(signer, access, lifetime);
  const key = isPost ? "access_token" : "token";
  return Response.json({
    [key]: token,
    expires_in: lifetime,
    issued_at: new Date().toISOString(),
  });
}

function whoByForm(
  form: URLSearchParams,
  { user }: TokenServerOptions,
  identityToken: string,
): string {
  if (form.get("grant_type") === "refresh_token") {
    return form.get("refresh_token") === identityToken ? user.username : "refused";
  }
  const known = form.get("username") === user.username && form.get("password") === user.password;
  return known ? user.username : "refused";
}

function whoByBasic(request: Request, { user }: TokenServerOptions): string {
  const header = request.headers.get("authorization");
  if (header === null) return "anonymous";
  const pair = new TextEncoder().encode(`${user.username}:${user.password}`);
  const expected = `Basic ${pair.toBase64()}`;
  return header === expected ? user.username : "refused";
}

async function makeToken(
  signer: TestCertificate,
  access: unknown,
  lifetimeS: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: unknown): string =>
    base64url(new TextEncoder().encode(JSON.stringify(value)));
  const head = encode({ typ: "JWT", alg: "ES256", x5c: [signer.der.toBase64()] });
  const claims = encode({
    iss: ISSUER,
    sub: "somebody",
    aud: SERVICE,
    exp: now + lifetimeS,
    nbf: now - 10,
    iat: now,
    jti: crypto.randomUUID(),
    access,
  });
  const data = new TextEncoder().encode(`${head}.${claims}`);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, signer.key, data);
  return `${head}.${claims}.${base64url(new Uint8Array(signature))}`;
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
