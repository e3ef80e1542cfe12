/**
 * Tests a script that uses containers, without containers: no root, no Linux, no daemon.
 *
 * Run: `deno test examples/testing.ts`. It needs no permission.
 */
import { ExitError, type Namespace, StartError } from "@davit/sdk";
import { fakeTest } from "@davit/sdk/testing";

/** The script: the versions of some programs in an image. What is not there is left out. */
async function versions(
  ns: Namespace,
  image: string,
  programs: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const program of programs) {
    try {
      found.push(await ns.run(image).command(program, "--version").text());
    } catch (error) {
      const missing = error instanceof StartError && error.reason === "command_not_found";
      if (!missing && !(error instanceof ExitError)) throw error;
    }
  }
  return found;
}

fakeTest("versions() leaves out what is not there, or fails", async ({ fake, ns }) => {
  await fake.addImage(ns.name, "alpine:3.20");
  // What the programs of the image do. Those of which nothing is said do not exist.
  fake.onRun(({ args: [program] }) => {
    if (program === "git") return { stdout: "git version 2.45.2\n" };
    if (program === "svn") return { stderr: "svn: broken\n", exitCode: 1 };
  });

  const found = await versions(ns, "alpine:3.20", ["git", "svn", "hg"]);

  if (found.join() !== "git version 2.45.2") throw new Error(`found ${found}`);
  // The processes that were to be run, to look at. That nothing is left, the fixture checks.
  if (fake.runs.length !== 3) throw new Error(`${fake.runs.length} processes were run`);
});
