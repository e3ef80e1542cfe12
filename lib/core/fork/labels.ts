/**
 * Labels that tell a sweep what a script was doing when it was killed.
 *
 * @module
 */

/**
 * The label of a container whose files are being replaced, with who does it. Should they be killed,
 * a sweep does it again.
 */
export const PENDING_LABEL = "davit/replaced-by";

/**
 * The label of a lease with the id of a container that its owner has paused for a moment. Should the
 * owner be killed meanwhile, a sweep lets the container go on.
 */
export const PAUSES_LABEL = "davit/pauses";
