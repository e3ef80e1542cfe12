/**
 * Builds a Dockerfile with containerd alone: stages, arguments, here-documents, mounts.
 *
 * Run: `deno task example examples/dockerfile.ts`
 */
import { connect } from "@davit/sdk";

const dockerfile = `# syntax=docker/dockerfile:1
ARG BASE=debian:base
FROM \${BASE} AS build
WORKDIR /src
COPY *.txt ./
RUN --mount=type=cache,target=/cache --network=none \\
    sort *.txt > sorted && cp sorted /cache/

FROM \${BASE}
ARG VERSION=0
ENV VERSION=\${VERSION}
COPY --from=build --chmod=644 /src/sorted /data/
COPY <<EOF /usr/local/bin/show
#!/bin/sh
echo "version $VERSION"
cat /data/sorted
EOF
RUN chmod 755 /usr/local/bin/show
USER 1000:1000
CMD ["show"]
`;

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

await using davit = await connect({ start: true });
const ns = davit.namespace("dockerfile");
await ns.images.import(archive, { name: "debian:base" });

const folder = await Deno.makeTempDir();
try {
  await Deno.writeTextFile(`${folder}/Dockerfile`, dockerfile);
  await Deno.writeTextFile(`${folder}/a.txt`, "pear\napple\n");
  await Deno.writeTextFile(`${folder}/b.txt`, "fig\n");
  const image = await ns.buildDockerfile(folder, {
    tags: ["fruit:1", "fruit:latest"],
    args: { VERSION: "1.2" },
    progress: "plain",
  });
  console.log(await ns.run(image).text());
} finally {
  await Deno.remove(folder, { recursive: true });
}
