/** Refusals in the words of a Kubernetes API server (apimachinery `pkg/api/errors` and `pkg/util/validation/field`). */
import type { Admission } from "../../ports.ts";

export type Refusal = Extract<Admission, { accepted: false }>;

/** What a resource is called in a refusal. `group` is empty for the core group. */
export interface Named {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
}

const qualified = (name: string, group: string) => (group === "" ? name : `${name}.${group}`);

const refuse = (status: number, reason: string, message: string): Refusal => ({
  accepted: false,
  status,
  reason,
  message,
});

/** 422. Several causes are put in brackets, and none is repeated. */
export function invalid({ kind, group }: Named, name: string, causes: readonly string[]): Refusal {
  const distinct = [...new Set(causes)];
  const list = distinct.length === 1 ? distinct[0] : `[${distinct.join(", ")}]`;
  return refuse(422, "Invalid", `${qualified(kind, group)} "${name}" is invalid: ${list}`);
}

export function alreadyExists({ plural, group }: Named, name: string): Refusal {
  return refuse(409, "AlreadyExists", `${qualified(plural, group)} "${name}" already exists`);
}

/** A namespace, or any other object that a write needs and does not find. */
export function notFound({ plural, group }: Named, name: string): Refusal {
  return refuse(404, "NotFound", `${qualified(plural, group)} "${name}" not found`);
}

/** A write that requires a resourceVersion other than the stored one. */
export function conflict({ plural, group }: Named, name: string): Refusal {
  return refuse(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  );
}

/** A kind or version that is not served. */
export const notServed: Refusal = refuse(404, "NotFound", "the server could not find the requested resource");

// Causes of an Invalid, each beginning with the path of the field.

/** A value as a cause shows it: strings quoted, everything else as JSON. */
export const shown = (value: unknown): string => JSON.stringify(value) ?? "null";

export const required = (path: string, detail = ""): string =>
  `${path}: Required value${detail === "" ? "" : `: ${detail}`}`;

export const invalidValue = (path: string, value: unknown, detail: string): string =>
  `${path}: Invalid value: ${shown(value)}: ${detail}`;

export const unsupported = (path: string, value: unknown, supported: readonly unknown[]): string =>
  `${path}: Unsupported value: ${shown(value)}: supported values: ${supported.map(shown).join(", ")}`;

export const duplicate = (path: string, value: unknown): string => `${path}: Duplicate value: ${shown(value)}`;
