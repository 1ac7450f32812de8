/** What the API server knows about a kind: where it is served, how it is named and checked. */
import type { Named } from "./refusal.ts";
import type { Schema } from "./schema.ts";

export interface ServedSchema {
  readonly name: string;
  readonly served: boolean;
  /** Undefined: nothing is checked or pruned by schema, as for built-in kinds. */
  readonly schema: Schema | undefined;
}

export interface Resource extends Named {
  readonly singular: string;
  readonly namespaced: boolean;
  /** Objects are stored in one of them. */
  readonly versions: readonly ServedSchema[];
  readonly storage: string;
  /** The form that a name must have. */
  readonly names: "label" | "subdomain" | "service";
  /** Which changes give a new generation: those of `spec`, `all` except of metadata, or `none`. */
  readonly generation: "spec" | "all" | "none";
  /** Whether only setStatus writes the status: create and apply leave it unchanged. */
  readonly statusApart: boolean;
  /** Whether a conversion webhook converts it; otherwise only apiVersion changes. */
  readonly converts: boolean;
}

/** Splits `group/version`; the core group is empty. */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const apiVersionOf = (group: string, version: string): string =>
  group === "" ? version : `${group}/${version}`;

/** Kubernetes orders versions: released before beta before alpha, higher numbers first, anything else last. */
export function compareVersions(a: string, b: string): number {
  const [stageA, majorA, minorA] = rank(a);
  const [stageB, majorB, minorB] = rank(b);
  return stageB - stageA || majorB - majorA || minorB - minorA || (a < b ? -1 : Number(a > b));
}

function rank(version: string): readonly [number, number, number] {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (found === null) return [-1, 0, 0];
  const [, major, stage, minor] = found;
  return [stage === undefined ? 2 : Number(stage === "beta"), Number(major), Number(minor ?? 0)];
}
