import { assertEquals } from "@std/assert";
import { parseDeb822, parseSourcesList } from "./debian.ts";

Deno.test("parseDeb822() reads stanzas, keys and comments, and leaves out what is off", () => {
  const text = `# comment
Types: deb deb-src
URIs: http://mirror.example/debian
# inside
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 xyz

Types: deb-src
URIs: http://mirror.example/source
Suites: bookworm

Enabled: no
Types: deb
URIs: http://mirror.example/off
Suites: bookworm
`;
  assertEquals(parseDeb822(text), [{
    uris: "http://mirror.example/debian",
    suites: ["bookworm", "bookworm-updates"],
    rest: ["Signed-By: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n xyz"],
  }]);
});

Deno.test("parseSourcesList() reads lines with and without options", () => {
  const text = `# deb http://off.example/ bookworm main
deb http://mirror.example/debian bookworm main contrib
deb [arch=amd64 signed-by=/a.gpg,/b.gpg trusted=yes] file:/mirror trixie main
deb-src http://mirror.example/debian bookworm main
`;
  assertEquals(parseSourcesList(text), [
    { uris: "http://mirror.example/debian", suites: ["bookworm"], rest: [] },
    {
      uris: "file:/mirror",
      suites: ["trixie"],
      rest: ["Signed-By: /a.gpg /b.gpg", "Trusted: yes"],
    },
  ]);
});
