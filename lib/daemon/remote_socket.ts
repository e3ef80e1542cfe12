/**
 * Finds the daemon of another machine.
 *
 * @module
 */
import { InvalidArgumentError, PermissionError, UnavailableError } from "../errors/errors.ts";
import type { SshMachine } from "../host/ssh/open.ts";
import { type KnownSocket, knownSockets, type Surroundings } from "./known_sockets.ts";

const MAY_NOT =
  "log in as root (ssh://root@HOST) or as the daemon's user, or let this user's group use it " +
  "([grpc] gid in containerd's config.toml)";

/**
 * The path of the socket to use there.
 *
 * @param socket The path that the address names; the first that can be used by default.
 * @param name The address, for messages.
 * @throws {UnavailableError} There is none.
 * @throws {PermissionError} There is one, and the user there may not use it.
 * @throws {InvalidArgumentError} What is at the path is no socket.
 */
export async function findRemoteSocket(
  machine: SshMachine,
  socket: string | undefined,
  name: string,
): Promise<string> {
  if (socket !== undefined) return await checkSocket(machine, socket, name);
  const places = (await remoteSockets(machine)).filter(({ kind }) => kind !== "docker");
  const found = await machine.findSockets(places.map(({ address }) => address));
  const usable = found.find(({ state }) => state === "usable");
  if (usable) return usable.path;
  const paths = places.map(({ address }) => address);
  const there = found.filter(({ state, path }) => state === "denied" && paths.includes(path));
  if (there.length > 0) {
    throw new PermissionError(
      `Cannot connect to "${name}": its user may not use ${
        there.map(({ path }) => path).join(", ")
      }; ${MAY_NOT}`,
    );
  }
  throw new UnavailableError(
    `Cannot find a containerd at "${name}": tried ${paths.join(", ")}; start one there, or name ` +
      `its socket by the address (${name}/PATH)`,
  );
}

async function checkSocket(machine: SshMachine, socket: string, name: string): Promise<string> {
  const [found] = await machine.findSockets([socket]);
  switch (found?.state) {
    case "usable":
      return found.path;
    case "denied":
      throw new PermissionError(
        `Cannot connect to "${name}": its user may not use "${socket}"; ${MAY_NOT}`,
      );
    case "other":
      throw new InvalidArgumentError(`Cannot connect to "${name}": "${socket}" there is no socket`);
  }
  throw new UnavailableError(
    `Cannot connect to "${name}": there is no socket "${socket}"; start containerd there, or leave ` +
      "the path out to have it found",
  );
}

/** The list that `discover()` has, as it is for the user there. */
async function remoteSockets(machine: SshMachine): Promise<KnownSocket[]> {
  const { env, uid } = machine.facts;
  const runtimeDir = env.get("XDG_RUNTIME_DIR") ?? `/run/user/${uid}`;
  const child = `${runtimeDir}/containerd-rootless/child_pid`;
  const text = await machine.readText(child);
  const surroundings: Surroundings = {
    env: { XDG_RUNTIME_DIR: runtimeDir },
    uid,
    readTextFile: (path) => path === child ? text : undefined,
    readDir: () => [],
  };
  return knownSockets(surroundings);
}
