/**
 * Puts the parts of a layer into a file system by the machine's own calls.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";
import type { HostRoot } from "../../host/root.ts";
import type { LayerPart } from "./part.ts";
import { joinPath } from "./path.ts";

/**
 * Puts parts in place, in their order. Extended attributes are left out.
 *
 * @throws {UnsupportedError} for a device, a FIFO or a socket.
 */
export async function putParts(root: HostRoot, parts: Iterable<LayerPart>): Promise<void> {
  // Writing into a folder changes its age: those come last, the innermost first.
  const ages: (() => Promise<void>)[] = [];
  for (const part of parts) {
    const { names } = part;
    const there = await root.stat(names, false).catch((error) => {
      if ((error as { code?: string }).code !== "ENOENT") throw error;
    });
    if ("remove" in part) {
      if (there) await root.remove(names, true);
      continue;
    }
    const { attributes, hardLink } = part;
    const { kind, mode, uid, gid, mtime } = attributes;
    if (there && (kind !== "directory" || there.info.kind !== "directory") && kind !== "file") {
      await root.remove(names, true);
    } else if (there && kind === "file" && there.info.kind !== "file") {
      await root.remove(names, true);
    }
    const change = { mode, uid, gid, mtime };
    if (hardLink) {
      if (there?.info.kind === "file") await root.remove(names, false);
      await root.link(hardLink, names);
    } else if (kind === "directory") {
      if (there?.info.kind === "directory") await root.change(names, change, false);
      else await root.mkdir(names, change);
      ages.push(() => root.change(names, { mtime }, false));
    } else if (kind === "file") await root.write(names, part.content?.() ?? none(), change);
    else if (kind === "symlink") {
      await root.symlink(attributes.linkTo ?? "", names);
      await root.change(names, { uid, gid, mtime }, false);
    } else {
      throw new UnsupportedError(
        `Cannot put a ${kind.replace("-", " ")} at "${
          joinPath(names)
        }" of a container that runs; ` +
          "stop it first",
        { needed: "a container that does not run" },
      );
    }
  }
  for (const set of ages.reverse()) await set();
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {}
