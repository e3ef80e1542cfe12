/** One comparison of a benchmark. */
export interface BenchRow {
  /** What was measured, such as `"rpc"`. */
  group: string;
  /** The comparison, such as `"sequential unary against connect-node"`. */
  name: string;
  /** Ours divided by theirs. */
  ratio: number;
  /** Where the ratio must be. */
  bar: number;
  /** Which side of the bar is right. */
  better: "higher" | "lower";
  /** The ratio is on the right side of the bar. */
  ok: boolean;
  /** The numbers behind the ratio. */
  detail?: string;
}

/** Makes a row of two measurements. */
export function benchRow(
  group: string,
  name: string,
  values: { ours: number; theirs: number; unit: string },
  bar: { bar: number; better: "higher" | "lower" },
): BenchRow {
  const ratio = values.ours / values.theirs;
  const show = (value: number): string => value >= 100 ? value.toFixed(0) : value.toFixed(2);
  return {
    group,
    name,
    ratio,
    ...bar,
    ok: bar.better === "higher" ? ratio >= bar.bar : ratio <= bar.bar,
    detail: `${show(values.ours)} / ${show(values.theirs)} ${values.unit}`,
  };
}

/**
 * Makes a row of measurements of which each pair was taken in one round, one right after the other.
 * The ratio is the median of the rounds' ratios: what else the machine did then hits both sides.
 */
export function pairedRow(
  group: string,
  name: string,
  rounds: { ours: readonly number[]; theirs: readonly number[]; unit: string },
  bar: { bar: number; better: "higher" | "lower" },
): BenchRow {
  const { ours, theirs, unit } = rounds;
  const row = benchRow(group, name, { ours: median(ours), theirs: median(theirs), unit }, bar);
  const ratio = median(ours.map((value, i) => value / theirs[i]!));
  return { ...row, ratio, ok: bar.better === "higher" ? ratio >= bar.bar : ratio <= bar.bar };
}

/** The median of measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("Cannot take the median: no values");
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}
