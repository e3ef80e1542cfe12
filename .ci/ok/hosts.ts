/**
 * Checks that no file names a host that is not for everybody: a mirror, a registry of one's own, a
 * password in a URL.
 *
 * @module
 */
import { type Finding, findingOf } from "./check.ts";
import { projectFiles, readText } from "./files.ts";

/** Hosts that may stand in a URL, besides those that RFC 2606 and RFC 6761 reserve. */
const PUBLIC = new Set([
  "127.0.0.1",
  "[::1]",
  "containerd.io",
  "deno.com",
  "docs.deno.com",
  "docs.sigstore.dev",
  "ghcr.io",
  "github.com",
  "in-toto.io",
  "index.docker.io",
  "jsr.io",
  "keepachangelog.com",
  "opencontainers.org",
  "registry-1.docker.io",
  "semver.org",
  "sigstore.dev",
  "spdx.dev",
  "www.apache.org",
  "www.w3.org",
]);

const RESERVED = /(^|\.)(example|test|invalid|localhost|example\.(com|net|org))$/;

const URLS = /\bhttps?:\/\/(?:([^\s/@"'`<>$]*)@)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)/g;

/** What is wrong with the URLs in a text. */
export function judgeUrls(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) =>
    [...line.matchAll(URLS)].flatMap(([, user, host]) => {
      const at = `${path}:${index + 1}`;
      const name = host!.toLowerCase().replace(/\.$/, "");
      // A single word is no host of the Internet: a placeholder in a test.
      const fine = PUBLIC.has(name) || RESERVED.test(name) || /^[a-z]+$/.test(name);
      if (!fine) return [`${at}: "${name}" is not on the list of public hosts in .ci/ok/hosts.ts`];
      if (user?.includes(":") && !RESERVED.test(name)) return [`${at}: a password in a URL`];
      return [];
    })
  );
}

/** Runs the check. */
export function checkHosts(): Finding {
  return findingOf(
    projectFiles().flatMap((path) => {
      const text = readText(path);
      return text === undefined ? [] : judgeUrls(path, text);
    }),
  );
}
