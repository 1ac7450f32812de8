/** Kubernetes quantities (apimachinery `pkg/api/resource`) as weights of TrafficSplit v1alpha1 (line 37 there). */

/** The pattern that generated CRDs give a quantity. */
export const quantityPattern =
  "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

const NANO_DIGITS = 9;
/** Nanos in a thousandth, a millionth, a thousand-millionth. */
const units = [1_000_000n, 1_000n, 1n] as const;

/** Sign, digits before and after the point, unit or exponent. Undefined for what is no quantity. */
function parts(text: string) {
  const found = /^([+-]?)(\d*)\.?(\d*)([KMGTPE]i|[numkMGTPE]?)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (found === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = "", exponent = "0"] = found;
  return whole + fraction === "" ? undefined : { sign, whole, fraction, suffix, exponent: Number(exponent) };
}

/** In thousand-millionths, the finest that a quantity can say; finer digits are cut off. */
export function nanosOf(quantity: string | number): bigint | undefined {
  const read = parts(String(quantity));
  if (read === undefined) return undefined;
  const { sign, whole, fraction, suffix, exponent } = read;
  const scale = NANO_DIGITS - fraction.length + exponent + (decimal[suffix] ?? 0);
  const digits = BigInt(whole + fraction) * 1024n ** BigInt(binary[suffix] ?? 0);
  const nanos = scale >= 0 ? digits * 10n ** BigInt(scale) : digits / 10n ** BigInt(-scale);
  return sign === "-" ? -nanos : nanos;
}

/** The digits alone, as smi-sdk-go converts a quantity: `500m` is 500, `1` is 1. */
export function digitsOf(quantity: string | number): number {
  const read = parts(String(quantity));
  return read === undefined ? 0 : Number(`${read.sign}${read.whole}${read.fraction}`);
}

/**
 * Whole numbers in the ratio of the quantities: thousandths (`10m` is 10, `1` is 1000), or the finer unit that all of
 * them need. Undefined where one is no quantity.
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
