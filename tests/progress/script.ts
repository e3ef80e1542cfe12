/** Shows progress of work that is none, for the test. */
import { showProgress } from "../../lib/progress/mod.ts";

const steps = [0, 300, 1000].map((current) => ({
  phase: "fetch",
  name: `sha256:${"0a".repeat(32)}`,
  current,
  total: 1000,
}));
{
  using progress = await showProgress();
  for (const step of steps) {
    progress.onProgress(step);
    // Longer than two writes are apart.
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}
console.log("the end");
