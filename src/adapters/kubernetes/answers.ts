/** What an API server answers, checked before anything is made of it: a wrong type ends as an error of the cluster's. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";

/** The API server answered with something else than its API says. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 100);

const wrong = (what: string, value: unknown) => new WrongAnswer(`${what} expected, not ${shown(value)}`);

/** Characters: the longest are like `v1.34.4-eks-1234567`. */
const MAX_VERSION = 128;

/** `gitVersion` of `/version`. @throws WrongAnswer */
export function versionIn(answer: unknown): string {
  const version = isRecord(answer) ? answer.gitVersion : undefined;
  if (typeof version === "string" && version !== "" && version.length <= MAX_VERSION) return version;
  throw wrong("a gitVersion", answer);
}

/** A Date as text, where the API server gave a time without fractions. */
const WHOLE_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;

/** As the API server wrote it: the library turns some objects into classes, and their times into Dates. */
function plain(object: unknown): unknown {
  const text = JSON.stringify(object, (_, value: unknown) =>
    typeof value === "string" && WHOLE_SECOND.test(value) ? value.replace(".000Z", "Z") : value,
  );
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** An object with a name, as plain data. @throws WrongAnswer */
export function objectIn(answer: unknown): KubernetesObject {
  const object = plain(answer);
  if (isRecord(object) && isRecord(object.metadata) && typeof object.metadata.name === "string")
    return object as KubernetesObject;
  throw wrong("an object with a name", object);
}

export interface Listed {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
}

/** A whole list: no limit was asked for, so one that goes on elsewhere is wrong. @throws WrongAnswer */
export function listIn(answer: unknown, apiVersion: string, kind: string): Listed {
  if (!isRecord(answer) || !Array.isArray(answer.items)) throw wrong("a list of items", answer);
  const { resourceVersion = "", ...metadata } = isRecord(answer.metadata) ? answer.metadata : {};
  if (typeof resourceVersion !== "string") throw wrong("a resourceVersion", resourceVersion);
  // The library's classes have a name of their own for it.
  if ((metadata.continue ?? metadata._continue ?? "") !== "")
    throw new WrongAnswer("a list was cut off, though no limit was asked for");
  // Items of a list come without their own apiVersion and kind.
  return { items: answer.items.map((item) => ({ ...objectIn(item), apiVersion, kind })), resourceVersion };
}

/** What discovery says of the kinds of one group and version. @throws WrongAnswer */
export function resourcesIn(answer: unknown): readonly { name: string; kind: string; namespaced: boolean }[] {
  const resources: unknown = isRecord(answer) ? answer.resources : undefined;
  if (!Array.isArray(resources)) throw wrong("a list of resources", answer);
  return resources.map((resource: unknown) => {
    const { name, kind, namespaced } = isRecord(resource) ? resource : {};
    if (typeof name === "string" && typeof kind === "string" && typeof namespaced === "boolean")
      return { name, kind, namespaced };
    throw wrong("a resource with name, kind and namespaced", resource);
  });
}

/** Versions of a group, preferred first; empty where it is not served. @throws WrongAnswer */
export function groupVersionsIn(answer: unknown, group: string): readonly string[] {
  const groups: unknown = isRecord(answer) ? answer.groups : undefined;
  if (!Array.isArray(groups)) throw wrong("a list of groups", answer);
  const found: unknown = groups.find((one: unknown) => isRecord(one) && one.name === group);
  if (found === undefined) return [];
  const { versions, preferredVersion } = found as Record<string, unknown>;
  if (!Array.isArray(versions)) throw wrong(`versions of ${group}`, found);
  const preferred = isRecord(preferredVersion) ? preferredVersion.version : undefined;
  return versions
    .map((one: unknown) => {
      const version = isRecord(one) ? one.version : undefined;
      if (typeof version === "string") return version;
      throw wrong(`a version of ${group}`, one);
    })
    .sort((x, y) => Number(y === preferred) - Number(x === preferred));
}

/** Characters of one container's log that are kept: its end says most. */
const MAX_LOG = 1024 * 1024;

/** @throws WrongAnswer */
export function logIn(answer: unknown): string {
  if (typeof answer !== "string") throw wrong("a text", answer);
  return answer.slice(-MAX_LOG);
}
