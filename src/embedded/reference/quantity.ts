/** Weights of split v1alpha1: Kubernetes quantities, of which `1` is `1000m` (traffic-split v1alpha1, line 37). */

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const FORM = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Its number; undefined for what is no quantity. Source: k8s.io/apimachinery, pkg/api/resource, Quantity. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const found = typeof value === "string" ? FORM.exec(value) : null;
  if (found === null) return undefined;
  const [, digits = "", exponent = "", suffix = ""] = found;
  return Number(`${digits}${exponent}`) * (SUFFIXES[suffix] ?? Number.NaN);
}

/** The fault of smi-sdk-go's converters: `500m` is 500. */
export function quantityDigits(value: unknown): number | undefined {
  return quantity(value) === undefined ? undefined : Number.parseFloat(String(value));
}
