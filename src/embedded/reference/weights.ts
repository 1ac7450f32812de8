/** Weights of TrafficSplits between v1alpha1, which has quantities (line 37), and later versions, which have whole numbers (v1alpha2, line 22). */
import { nanosOf } from "../../domain/kubernetes/quantity.ts";

/** Nanos in a thousandth, a millionth, a thousand-millionth. */
const units = [1_000_000n, 1_000n, 1n] as const;

/**
 * Whole numbers in the ratio of the quantities: thousandths (`10m` is 10, `1` is 1000), or the finer unit that all of
 * them need. Undefined if one of them is not a quantity.
 */
export function wholeWeights(quantities: readonly (string | number)[]): readonly number[] | undefined {
  const nanos = quantities.map(nanosOf);
  if (!nanos.every((n) => n !== undefined)) return undefined;
  const unit = units.find((u) => nanos.every((n) => n % u === 0n)) ?? 1n;
  return nanos.map((n) => Number(n / unit));
}

/** A whole-number weight as a quantity of thousandths: 10 is `10m`, 1000 is `1`. */
export function quantityOf(weight: number): string {
  return weight % 1000 === 0 ? String(weight / 1000) : `${weight}m`;
}
