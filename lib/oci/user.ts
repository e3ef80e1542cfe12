/**
 * Users of a container: reads the text of its `/etc/passwd` and `/etc/group`, and turns what an
 * image or a user names into ids.
 *
 * @module
 */

import { InvalidArgumentError, NotFoundError } from "../errors/errors.ts";

/** A line of `/etc/passwd`. */
export interface PasswdEntry {
  /** Login name. */
  name: string;
  /** User id. */
  uid: number;
  /** Primary group id. */
  gid: number;
  /** Comment, mostly the full name. */
  gecos: string;
  /** Home folder. */
  home: string;
  /** Login shell. */
  shell: string;
}

/** A line of `/etc/group`. */
export interface GroupEntry {
  /** Name. */
  name: string;
  /** Group id. */
  gid: number;
  /** Login names of the members; those with the group as primary group are mostly not listed. */
  members: string[];
}

/** Who a process runs as. */
export interface ResolvedUser {
  /** User id. */
  uid: number;
  /** Primary group id. */
  gid: number;
  /** All group ids for the spec's `additionalGids`; the primary one is among them. */
  additionalGids: number[];
  /** Login name, where the container's files have one. */
  name?: string;
  /** Home folder, where the container's files have one. */
  home?: string;
}

/** The text of a container's user database. A file that does not exist is left out. */
export interface UserFiles {
  /** Text of `/etc/passwd`. */
  passwd?: string | undefined;
  /** Text of `/etc/group`. */
  group?: string | undefined;
}

/** The largest id that runc takes: 2³¹ − 1. */
const ID_MAX = 2 ** 31 - 1;
/** As much as containerd reads of such a file: 10 MiB. */
const FILE_MAX = 10 * 1024 * 1024;

/**
 * Reads `/etc/passwd`. Lines whose ids are no numbers are skipped: a process must never end up as
 * root because of a typing error.
 */
export function parsePasswd(text: string): PasswdEntry[] {
  return rows(text, "/etc/passwd").flatMap(
    ([name = "", , uidText, gidText, gecos = "", home = "", shell = ""]) => {
      const uid = parseId(uidText);
      const gid = parseId(gidText);
      if (name === "" || uid === undefined || gid === undefined) return [];
      return [{ name, uid, gid, gecos, home, shell }];
    },
  );
}

/** Reads `/etc/group`. Lines whose id is no number are skipped. */
export function parseGroup(text: string): GroupEntry[] {
  return rows(text, "/etc/group").flatMap(([name = "", , gidText, list = ""]) => {
    const gid = parseId(gidText);
    if (name === "" || gid === undefined) return [];
    return [{ name, gid, members: list.split(",").filter((member) => member !== "") }];
  });
}

function rows(text: string, file: string): string[][] {
  if (text.length > FILE_MAX) {
    throw new InvalidArgumentError(
      `Cannot read "${file}" of the container: it has more than ${FILE_MAX} bytes`,
    );
  }
  return text.split("\n").map((line) => line.trim().split(":"));
}

function parseId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= 4294967295 ? id : undefined;
}

/**
 * Finds out who `user` is, with the rules of containerd's Go client:
 *
 * - a name must be in `/etc/passwd`, and brings its primary group;
 * - a number need not be there; without an entry its group is 0;
 * - a group after the colon replaces the primary group; a name must be in `/etc/group`;
 * - every group that lists the user's name as a member is added, and the primary group.
 *
 * @param user `"name"`, `"uid"`, `"name:group"`, `"uid:gid"`, or a mix; empty means root.
 * @param files The container's files; numbers work without them.
 * @throws {InvalidArgumentError} When it is malformed or an id is above 2147483647.
 * @throws {NotFoundError} When the container knows no user or group of that name.
 */
export function resolveUser(user: string, files: UserFiles = {}): ResolvedUser {
  const [userPart = "", groupPart, ...more] = user === "" ? ["0", "0"] : user.split(":");
  if (userPart === "" || groupPart === "" || more.length > 0) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(user)} as user: write user, user:group, uid or uid:gid`,
    );
  }
  const users = parsePasswd(files.passwd ?? "");
  const groups = parseGroup(files.group ?? "");
  const uid = numericId(userPart, user, "user");
  const entry = users.find((u) => uid === undefined ? u.name === userPart : u.uid === uid);
  const found = uid ?? entry?.uid;
  if (found === undefined) {
    throw new NotFoundError(
      `Cannot run as user "${userPart}": ${
        files.passwd === undefined
          ? "the container has no /etc/passwd"
          : "the container's /etc/passwd has no such user"
      }; give a numeric id`,
    );
  }
  const gid = groupPart === undefined ? entry?.gid ?? 0 : resolveGroup(groupPart, groups, user);
  const name = entry?.name;
  const extraGids = name === undefined
    ? []
    : groups.filter((g) => g.name !== name && g.members.includes(name)).map((g) => g.gid);
  return {
    uid: found,
    gid,
    additionalGids: extraGids.includes(gid) ? extraGids : [gid, ...extraGids],
    ...(entry && { name: entry.name, home: entry.home }),
  };
}

/** Who is to run a process. */
export interface UserRequest {
  /** `""` for root, `user`, `uid`, `user:group` or `uid:gid`. */
  readonly user: string;
  /** Further groups, names or numbers. */
  readonly groups: readonly string[];
}

/** The ids of a user, see {@linkcode resolveUser}, with further groups. */
export function resolveUserAndGroups(request: UserRequest, files: UserFiles = {}): ResolvedUser {
  const found = resolveUser(request.user, files);
  const further = resolveGroups(request.groups, files);
  return { ...found, additionalGids: [...new Set([...found.additionalGids, ...further])] };
}

/**
 * The ids of groups that are named or numbered.
 *
 * @throws {NotFoundError} When the container knows no group of that name.
 * @throws {InvalidArgumentError} When an id is above 2147483647.
 */
export function resolveGroups(groups: readonly string[], files: UserFiles = {}): number[] {
  const known = parseGroup(files.group ?? "");
  return groups.map((group) => resolveGroup(group, known, group));
}

/**
 * Whether {@linkcode resolveUser} needs the container's files to get the ids at all: true for
 * names. For numbers the files only add groups.
 */
export function needsUserFiles(user: string): boolean {
  return user.split(":").some((part) => part !== "" && !/^\d+$/.test(part));
}

function resolveGroup(text: string, groups: readonly GroupEntry[], user: string): number {
  const gid = numericId(text, user, "group") ?? groups.find((g) => g.name === text)?.gid;
  if (gid !== undefined) return gid;
  throw new NotFoundError(
    `Cannot run with group "${text}": the container's /etc/group has no such group; give a numeric id`,
  );
}

function numericId(text: string, user: string, what: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const id = Number(text);
  if (id >= 0 && id <= ID_MAX) return id;
  throw new InvalidArgumentError(
    `Cannot use ${JSON.stringify(user)} as user: the ${what} id must be from 0 to ${ID_MAX}`,
  );
}
