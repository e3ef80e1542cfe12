/**
 * Certificates for tests, made on the spot: X.509 by hand, in DER, so that no tool is needed.
 *
 * @module
 */

/** A certificate and its key. */
export interface TestCertificate {
  /** The certificate, PEM. */
  readonly certPem: string;
  /** The key, PKCS #8 in PEM. */
  readonly keyPem: string;
  /** The certificate, DER. */
  readonly der: Uint8Array;
  /** The key, to sign with (ECDSA, P-256). */
  readonly key: CryptoKey;
}

/** What a certificate is for. */
export interface CertificateRequest {
  /** Common name of the subject. */
  name: string;
  /** DNS names that it is valid for. */
  dns?: readonly string[];
  /** IPv4 addresses that it is valid for. */
  ip?: readonly string[];
  /** It ended yesterday. */
  expired?: boolean;
}

/** An authority that nobody but the test trusts. */
export class TestCa {
  /** Its own certificate. */
  readonly certificate: TestCertificate;
  readonly #name: string;

  private constructor(name: string, certificate: TestCertificate) {
    this.#name = name;
    this.certificate = certificate;
  }

  /** Makes an authority. */
  static async create(name = "test authority"): Promise<TestCa> {
    const keys = await generateKeys();
    const certificate = await sign({ name }, name, keys, keys.privateKey, true);
    return new TestCa(name, certificate);
  }

  /** Makes a certificate, for servers and clients alike. */
  async issue(request: CertificateRequest): Promise<TestCertificate> {
    const keys = await generateKeys();
    return await sign(request, this.#name, keys, this.certificate.key, false);
  }
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const DAY_MS = 86_400_000;

async function generateKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function sign(
  request: CertificateRequest,
  issuer: string,
  keys: CryptoKeyPair,
  issuerKey: CryptoKey,
  isCa: boolean,
): Promise<TestCertificate> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const end = Date.now() + (request.expired ? -DAY_MS : DAY_MS);
  const tbs = sequence(
    tagged(0xa0, integer(new Uint8Array([2]))),
    integer(crypto.getRandomValues(new Uint8Array(8))),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(utcTime(end - 30 * DAY_MS), utcTime(end)),
    nameOf(request.name),
    spki,
    tagged(0xa3, sequence(...extensions(request, isCa))),
  );
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, issuerKey, tbs),
  );
  const signature = sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  const der = sequence(tbs, ECDSA_SHA256, tagged(0x03, new Uint8Array([0]), signature));
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    certPem: pem("CERTIFICATE", der),
    keyPem: pem("PRIVATE KEY", pkcs8),
    der,
    key: keys.privateKey,
  };
}

function extensions(request: CertificateRequest, isCa: boolean): Uint8Array[] {
  const list = [
    extension("2.5.29.19", sequence(...(isCa ? [TRUE] : []))), // basic constraints
  ];
  if (isCa) {
    list.push(extension("2.5.29.15", tagged(0x03, new Uint8Array([1, 0x86])))); // may sign
  } else {
    list.push(
      extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"))),
    );
  }
  const names = [
    ...(request.dns ?? []).map((name) => tagged(0x82, new TextEncoder().encode(name))),
    ...(request.ip ?? []).map((ip) => tagged(0x87, new Uint8Array(ip.split(".").map(Number)))),
  ];
  if (names.length > 0) list.push(extension("2.5.29.17", sequence(...names)));
  return list;
}

function extension(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(id), tagged(0x04, value));
}

function nameOf(name: string): Uint8Array {
  const text = tagged(0x0c, new TextEncoder().encode(name));
  return sequence(tagged(0x31, sequence(oid("2.5.4.3"), text)));
}

function utcTime(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, new TextEncoder().encode(`${digits}Z`));
}

/** A number that is not negative. */
function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const value = bytes.subarray(start);
  return tagged(0x02, ...((value[0] ?? 0) >= 0x80 ? [new Uint8Array([0]), value] : [value]));
}

function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, new Uint8Array(bytes));
}

function sequence(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return tagged(0x30, ...parts);
}

function tagged(tag: number, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = length < 0x80
    ? [tag, length]
    : length < 0x100
    ? [tag, 0x81, length]
    : [tag, 0x82, length >> 8, length & 0xff];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const TRUE = new Uint8Array([0x01, 0x01, 0xff]);
const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

function pem(kind: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join("\n")}\n-----END ${kind}-----\n`;
}
