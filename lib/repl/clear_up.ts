/**
 * What is left of a prompt that has ended.
 *
 * @module
 */
import { connect } from "../client/connect.ts";
import type { PromptNotes } from "./options.ts";
import { count } from "./human.ts";

/** How long it may take. */
const PATIENCE_MS = 20_000;

/**
 * Removes what a prompt made and did not keep, and says so. Its process is gone, so that what it
 * owned has no owner.
 */
export async function clearUpAfter(notes: PromptNotes): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    await using davit = await connect({ address: notes.address, signal });
    for (const name of notes.namespaces) {
      const { containers, leases } = await davit.namespace(name).sweep({ signal });
      if (containers.length > 0) {
        const what = count(containers.length, "container");
        console.log(`Removed ${what} that nobody kept (.keep() does): ${containers.join(", ")}`);
      }
      if (leases.length > 0) console.log(`Removed ${count(leases.length, "lease")}`);
    }
  } catch (error) {
    console.error(
      `Could not clear up behind the prompt: ${error instanceof Error ? error.message : error}`,
    );
  }
}
