/** Kubernetes quantities (apimachinery `pkg/api/resource`), which is what TrafficSplit v1alpha1 gives as weights (line 37 there). */

/** The pattern that generated CRDs give a quantity. */
export const quantityPattern =
  "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

const FORM = new RegExp(quantityPattern);
const NANOS = 1e9;

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

const NANO_DIGITS = 9;

/** Sign, digits before and after the point, unit or exponent. Undefined for anything that is not a quantity. */
export function quantityParts(text: string) {
  const found = /^([+-]?)(\d*)\.?(\d*)([KMGTPE]i|[numkMGTPE]?)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (found === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = "", exponent = "0"] = found;
  return whole + fraction === "" ? undefined : { sign, whole, fraction, suffix, exponent: Number(exponent) };
}

/** In thousand-millionths, the finest that a quantity can express; finer digits are cut off. */
export function nanosOf(quantity: string | number): bigint | undefined {
  const read = quantityParts(String(quantity));
  if (read === undefined) return undefined;
  const { sign, whole, fraction, suffix, exponent } = read;
  const scale = NANO_DIGITS - fraction.length + exponent + (decimal[suffix] ?? 0);
  const digits = BigInt(whole + fraction) * 1024n ** BigInt(binary[suffix] ?? 0);
  const nanos = scale >= 0 ? digits * 10n ** BigInt(scale) : digits / 10n ** BigInt(-scale);
  return sign === "-" ? -nanos : nanos;
}

/** As a number: `1` is 1, `500m` is 0.5; undefined for anything that is not a quantity. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const nanos = typeof value === "string" && FORM.test(value) ? nanosOf(value) : undefined;
  return nanos === undefined ? undefined : Number(nanos) / NANOS;
}
