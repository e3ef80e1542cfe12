/**
 * A Debian image with a package more, installed by a command, and the list of what is in it.
 *
 * The package is made here, so that nothing is fetched; `apt-get install` works the same way where
 * there is a network.
 *
 * Run: `deno task example examples/build_package.ts`, which takes a Debian minbase image that the
 * set-up made; or `deno run -A examples/build_package.ts ARCHIVE.tar`.
 */
import { BuildError, connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

await using davit = await connect({ start: true });
const ns = davit.namespace("build-package");
const [debian] = await ns.images.import(archive, { name: "debian:base" });

const control = `Package: greeting
Version: 1.0-1
Architecture: all
Maintainer: Example <example@example.com>
Description: says hello
`;
// One stage makes the package, the other one installs it: what made it is not in the image.
const maker = ns.build(debian!).as("maker")
  .copy({ "DEBIAN/control": control }, "/pkg")
  .copy({ "usr/bin/greeting": "#!/bin/sh\necho hello from a package\n" }, "/pkg", { mode: 0o755 })
  .run({ script: "dpkg-deb --build --root-owner-group /pkg /greeting.deb", network: "none" });

const image = await ns.build(debian!)
  .run({
    script: "dpkg --install /debs/greeting.deb",
    mounts: [{ bind: "/greeting.deb", from: maker, to: "/debs/greeting.deb" }],
    network: "none",
  })
  .command("greeting").tag("greeting:1")
  .build({ progress: "plain" });
console.log(await ns.run(image).text());

// What went wrong is data; the state is kept to look around in.
try {
  await ns.build(image).sh`echo half > /done; exit 3`.tag("broken").build({ onError: "keep" });
} catch (error) {
  if (!(error instanceof BuildError) || !error.image) throw error;
  console.log(`${error.step}: exit code ${error.exitCode}`);
  console.log(`it left: ${await ns.run(error.image).command("cat", "/done").text()}`);
  await ns.images.remove(error.image, { force: true });
}
