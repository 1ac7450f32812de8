/** Weights of split v1alpha1: Kubernetes quantities, of which `1` is `1000m` (traffic-split v1alpha1, line 37). */
import { nanosOf, quantityPattern } from "../api/quantity.ts";

const FORM = new RegExp(quantityPattern);
const NANOS = 1e9;

/** Its number; undefined for what is no quantity. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const nanos = typeof value === "string" && FORM.test(value) ? nanosOf(value) : undefined;
  return nanos === undefined ? undefined : Number(nanos) / NANOS;
}

/** The fault of smi-sdk-go's converters: `500m` is 500. */
export function quantityDigits(value: unknown): number | undefined {
  return quantity(value) === undefined ? undefined : Number.parseFloat(String(value));
}
