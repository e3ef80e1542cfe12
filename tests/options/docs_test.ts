/** `docs/options.md` names methods and tests that exist, and leaves no option out. @module */
import { assert, assertEquals } from "@std/assert";
import { ContainerBuilder } from "../../lib/core/container/builder.ts";
import { RunningContainer } from "../../lib/core/container/running.ts";
import { ExecBuilder } from "../../lib/core/exec/exec.ts";
import { RunBuilder } from "../../lib/core/run/run.ts";
import * as oci from "../../lib/oci/mod.ts";

const ROOT = new URL("../../", import.meta.url);
const text = Deno.readTextFileSync(new URL("docs/options.md", ROOT));

/** The rows of all tables: what it is elsewhere, here, and the test. */
const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| flag"))
  .map((line) => line.slice(1, -1).split(" | ").map((cell) => cell.replace(/ ?\|$/, "").trim()))
  .filter(([first = "", second]) => second !== "Davit" && !/^-+$/.test(first));

const builders: readonly object[] = [ContainerBuilder.prototype, RunBuilder.prototype];
const places: Readonly<Record<string, readonly object[]>> = {
  "": builders,
  "ContainerBuilder.": [ContainerBuilder.prototype],
  "ExecBuilder.": [ExecBuilder.prototype],
  "Container.": [RunningContainer.prototype],
  "oci.": [oci],
};

Deno.test("docs/options.md names methods that exist", () => {
  for (const [elsewhere, here = ""] of rows) {
    const named = [...here.matchAll(/`((?:\w+\.)?)(\w+)\(\)`/g)];
    if (!here.startsWith("—") && here !== "always" && !/^`\w+\.(?:id|pid)`/.test(here)) {
      assert(named.length > 0 || here.startsWith("the default"), `${elsewhere} names nothing`);
    }
    for (const [whole, place = "", name = ""] of named) {
      const found = places[place]?.some((object) =>
        typeof Reflect.get(object, name) === "function"
      );
      assert(found, `${elsewhere}: there is no ${whole}`);
    }
  }
});

Deno.test("docs/options.md names tests that exist and use the method", () => {
  const wrong = rows.flatMap(([elsewhere, here = "", test = ""]) => {
    const path = /`(.+)`/.exec(test)?.[1];
    if (!path) {
      return here.startsWith("—") || here.startsWith("always") ? [] : [`${elsewhere} has no test`];
    }
    const source = Deno.readTextFileSync(new URL(path, ROOT));
    const [, name] = /`(?:\w+\.)?(\w+)(?:\(\))?`/.exec(here) ?? [];
    return name && source.includes(name) ? [] : [`${elsewhere}: ${path} does not use ${name}`];
  });
  assertEquals(wrong, []);
});

/** The spec options of containerd's packages `oci`, `cdi`, `seccomp` and `apparmor`. */
const GO = `WithDefaultSpec WithDefaultSpecForPlatform WithSpecFromBytes WithSpecFromFile WithEnv
  WithProcessArgs WithProcessCwd WithTTY WithTTYSize WithHostname WithDomainname WithMounts
  WithoutMounts WithHostNamespace WithLinuxNamespace WithNewPrivileges WithImageConfig
  WithImageConfigArgs WithRootFSPath WithRootFSReadonly WithNoNewPrivileges WithHostHostsFile
  WithHostResolvconf WithHostLocaltime WithUserNamespace WithCgroup WithNamespacedCgroup WithUser
  WithUIDGID WithUmask WithUserID WithUsername WithAdditionalGIDs WithAppendAdditionalGroups
  WithCapabilities WithAddedCapabilities WithDroppedCapabilities WithAmbientCapabilities
  WithMaskedPaths WithReadonlyPaths WithWriteableSysfs WithWriteableCgroupfs WithSelinuxLabel
  WithApparmorProfile WithSeccompUnconfined WithParentCgroupDevices WithAllDevicesAllowed
  WithDefaultUnixDevices WithPrivileged WithWindowsHyperV WithMemoryLimit WithAnnotations
  WithLinuxDevices WithLinuxDeviceFollowSymlinks WithLinuxDevice WithEnvFile WithDevShmSize
  WithWindowsDevice WithMemorySwap WithPidsLimit WithBlockIO WithCPUShares WithCPUs WithCPUsMems
  WithCPUCFS WithCPUBurst WithCPURT WithoutRunMount WithRdt WithRlimit WithWindowsCPUCount
  WithWindowsCPUShares WithWindowsCPUMaximum WithWindowsIgnoreFlushesDuringBoot
  WithWindowNetworksAllowUnqualifiedDNSQuery WithWindowsNetworkNamespace WithHostDevices
  WithDevices WithAllCurrentCapabilities WithAllKnownCapabilities WithProcessCommandLine
  WithDefaultPathEnv WithCDIDevices WithProfile WithDefaultProfile`.split(/\s+/);

Deno.test("docs/options.md leaves no spec option and no method out", () => {
  const named = new Set(rows.flatMap(([elsewhere = ""]) => elsewhere.match(/With\w+/g) ?? []));
  assertEquals(GO.filter((option) => !named.has(option)), []);
  const methods = new Set<string>();
  for (
    let object: object | null = RunBuilder.prototype;
    object && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) for (const name of Object.getOwnPropertyNames(object)) methods.add(name);
  // How it is run, and what is no option.
  const others = new Set(
    ("constructor clone step with spec lint then spawn text lines json bytes exitCode sh signal " +
      "stdin stdout stderr timeout noThrow maxOutput interactive pipeTo follow").split(" "),
  );
  const missing = [...methods].filter((name) => !others.has(name) && !text.includes(`\`${name}()`));
  assertEquals(missing, []);
});
