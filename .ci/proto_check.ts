/**
 * Compares proto/ with the .proto files that containerd ships: all names, numbers, types, and
 * whatever else counts on the wire. Fails on any difference that .ci/proto/newer.ts does not name.
 */

import { DEPRECATED, LEFT_OUT, NEWER } from "./proto/newer.ts";
import { npmPackage } from "./proto/npm.ts";
import { type Kind, type Surface, surfaceOf } from "./proto/surface.ts";
import { fetchDebianPackage } from "./setup/debian.ts";
import { CACHE, ROOT } from "./setup/paths.ts";

const SUITE = "forky";

/** containerd's own services and their RPCs, as counted in all its releases up to 2.4.0-beta.0. */
const SERVICES = 16;
const RPCS = 88;

/** Copies the .proto files below `from` whose path `take` accepts, and keeps their paths. */
function copyProtos(from: string, to: string, take: (path: string) => boolean, prefix = ""): void {
  for (const { name, isDirectory } of Deno.readDirSync(`${from}/${prefix}`)) {
    const path = `${prefix}${name}`;
    if (isDirectory) copyProtos(from, to, take, `${path}/`);
    else if (name.endsWith(".proto") && take(path)) {
      Deno.mkdirSync(`${to}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.copyFileSync(`${from}/${path}`, `${to}/${path}`);
    }
  }
}

/** Upstream's files, laid out as their imports want them, and what they are. */
async function upstream(): Promise<{ surface: Surface; versions: string }> {
  const unpacked = `${CACHE}/proto-upstream`;
  const versions: string[] = [];
  for (
    const name of [
      "golang-github-containerd-containerd-api-dev",
      "golang-github-containerd-cgroups-dev",
      "python3-googleapis-common-protos",
    ]
  ) {
    const version = await fetchDebianPackage(name, SUITE, unpacked);
    versions.push(`${name.replace(/^golang-github-|-dev$/g, "")} ${version}`);
  }
  const health = await npmPackage("grpc-health-check", "2.1.0");
  const dir = Deno.makeTempDirSync({ prefix: "davit-proto-" });
  try {
    const shim = /\/containerd\/api\/(runtime|services\/ttrpc)\//;
    copyProtos(
      `${unpacked}/usr/share/gocode/src`,
      dir,
      (path) => /\/containerd\/api\/|\/cgroups\//.test(path) && !shim.test(path),
    );
    copyProtos(
      `${unpacked}/usr/lib/python3/dist-packages`,
      dir,
      (path) => path === "google/rpc/status.proto",
    );
    copyProtos(`${health}/proto`, dir, () => true);
    return { surface: await surfaceOf(dir), versions: versions.join(", ") };
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const ours = await surfaceOf(`${ROOT}/proto`);
const { surface: theirs, versions } = await upstream();
const newer = new Map(Object.values(NEWER).flatMap((items) => Object.entries(items)));
const problems: string[] = [];
const equal: Record<Kind, number> = {
  message: 0,
  field: 0,
  enum: 0,
  value: 0,
  service: 0,
  rpc: 0,
  option: 0,
};

for (const [name, { kind, form }] of theirs) {
  const mine = ours.get(name);
  if (LEFT_OUT[name] !== undefined) {
    if (mine) problems.push(`${name}: is in proto/ and in the list of what is left out`);
    continue;
  }
  if (!mine) {
    problems.push(`${name}: missing; upstream has ${kind} ${form}`);
    continue;
  }
  const marked = DEPRECATED[name] !== undefined && !form.endsWith("deprecated");
  const expected = marked ? `${form} deprecated` : form;
  if (mine.kind !== kind || mine.form !== expected) {
    problems.push(
      `${name}: differs\n    proto/    ${mine.kind} ${mine.form}\n    upstream  ${kind} ${expected}`,
    );
  } else equal[kind]++;
}
for (const [name, { kind, form }] of ours) {
  if (!theirs.has(name) && !newer.has(name)) {
    problems.push(`${name}: ${kind} ${form} is neither upstream nor in the list of newer things`);
  }
}
for (const [name, form] of newer) {
  const mine = ours.get(name);
  if (mine?.form === form) continue;
  problems.push(
    `${name}: is not what newer.ts says\n    proto/    ${
      mine?.form ?? "(missing)"
    }\n    newer.ts  ${form}`,
  );
}
const count = (kind: Kind) =>
  [...ours].filter(([name, item]) => name.startsWith("containerd.services.") && item.kind === kind)
    .length;
if (count("service") !== SERVICES || count("rpc") !== RPCS) {
  problems.push(
    `containerd has ${SERVICES} services and ${RPCS} RPCs; proto/ has ${count("service")} and ${
      count("rpc")
    }`,
  );
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error(`proto_check: ${problems.length} differences from ${versions}`);
  Deno.exit(1);
}
console.log(
  `proto_check: ${SERVICES} services, ${RPCS} RPCs; ${equal.message} messages, ${equal.field} fields, ` +
    `${equal.value} enum values equal to ${versions}; ` +
    `${[...newer.keys()].filter((name) => !theirs.has(name)).length} names are newer`,
);
