/** What the set-up fetches: packages, the suite they come from, the folder they go to. @module */

import type { Suite } from "./debian.ts";
import type { ContainerdVersion } from "./paths.ts";

/** What a task needs: `hello` for the examples, `test` for everything. */
export type Profile = "hello" | "test";

/** Packages of one suite that are unpacked into one folder below `.cache/`. */
export interface Bundle {
  /** Folder below `.cache/`. */
  dest: string;
  suite: Suite;
  packages: readonly string[];
  /** The containerd that the folder is meant for; another one is used too, but said. */
  containerd?: ContainerdVersion;
}

const HELLO: readonly Bundle[] = [
  { dest: "containerd-2.1", suite: "forky", packages: ["containerd"], containerd: "2.1" },
  // Newer runc packages want a newer C library than bookworm's.
  { dest: "hello/root", suite: "bookworm", packages: ["runc", "busybox-static"] },
];

const TEST: readonly Bundle[] = [
  ...HELLO,
  { dest: "containerd-1.6", suite: "bookworm", packages: ["containerd"], containerd: "1.6" },
  { dest: "containerd-1.7", suite: "trixie", packages: ["containerd"], containerd: "1.7" },
  {
    dest: "tools/root",
    suite: "bookworm",
    packages: [
      "containernetworking-plugins",
      "criu",
      "crun",
      "debootstrap",
      "docker-registry",
      "iproute2",
      "iptables",
      "openssh-client",
      "openssh-server",
      "openssh-sftp-server",
      "openssl", // a second opinion on signatures
      "skopeo",
      "slirp4netns",
      "tini",
      "uidmap",
      "umoci",
      "wget", // debootstrap downloads with it
    ],
  },
  { dest: "tools/root", suite: "trixie", packages: ["rootlesskit"] },
  // Bookworm has none; older ones make no bundles.
  { dest: "tools/root", suite: "forky", packages: ["cosign"] },
  {
    dest: "containerd-api",
    suite: "forky",
    packages: ["golang-github-containerd-containerd-api-dev"],
  },
];

/** The browser that the dashboard is tested in, with all that it depends on: the `test` profile. */
export const BROWSER = "chromium-headless-shell";

/** The bundles of a profile. */
export const PLAN: Record<Profile, readonly Bundle[]> = { hello: HELLO, test: TEST };

/**
 * The package of bookworm that holds a shared library. Asked only for libraries that the machine
 * lacks: small images lack most of them.
 */
export const LIBRARIES: Record<string, string> = {
  "libassuan.so.0": "libassuan0",
  "libbpf.so.1": "libbpf1",
  "libbsd.so.0": "libbsd0",
  "libcom_err.so.2": "libcom-err2",
  "libcrypto.so.3": "libssl3",
  "libdevmapper.so.1.02.1": "libdevmapper1.02.1",
  "libedit.so.2": "libedit2",
  "libelf.so.1": "libelf1",
  "libglib-2.0.so.0": "libglib2.0-0",
  "libgpgme.so.11": "libgpgme11",
  "libgssapi_krb5.so.2": "libgssapi-krb5-2",
  "libidn2.so.0": "libidn2-0",
  "libjansson.so.4": "libjansson4",
  "libk5crypto.so.3": "libk5crypto3",
  "libkeyutils.so.1": "libkeyutils1",
  "libkrb5.so.3": "libkrb5-3",
  "libkrb5support.so.0": "libkrb5support0",
  "libmd.so.0": "libmd0",
  "libmnl.so.0": "libmnl0",
  "libnet.so.1": "libnet1",
  "libnftables.so.1": "libnftables1",
  "libnftnl.so.11": "libnftnl11",
  "libnghttp2.so.14": "libnghttp2-14",
  "libnl-3.so.200": "libnl-3-200",
  "libnsl.so.2": "libnsl2",
  "libpcre2-8.so.0": "libpcre2-8-0",
  "libprotobuf-c.so.1": "libprotobuf-c1",
  "libpsl.so.5": "libpsl5",
  "libseccomp.so.2": "libseccomp2",
  "libslirp.so.0": "libslirp0",
  "libssl.so.3": "libssl3",
  "libtirpc.so.3": "libtirpc3",
  "libunistring.so.2": "libunistring2",
  "libuuid.so.1": "libuuid1",
  "libwrap.so.0": "libwrap0",
  "libxtables.so.12": "libxtables12",
  "libyajl.so.2": "libyajl2",
};
