/** A server to try, and objects to try it with. */

import type { KubernetesObject, ObjectRef } from "../../../../src/domain/kubernetes/object.ts";
import type { SmiVersions } from "../../../../src/domain/smi/version-set.ts";
import { smiDefinitions } from "../../../../src/embedded/api/definitions.ts";
import type { Schema } from "../../../../src/embedded/api/schema.ts";
import type { ApiServer } from "../../../../src/embedded/api-server.ts";
import type { ApiFaults } from "../../../../src/embedded/mutants/faults.ts";
import { createFaultyApi, faultyVersions } from "../../../../src/embedded/mutants/faulty-api.ts";
import { convertSmi } from "../../../../src/embedded/reference/conversion.ts";
import type { Admission, ObjectQuery, WatchEvent } from "../../../../src/ports.ts";

export const NOW = "2026-01-02T03:04:05.678Z";

export function emptyServer(faults: ApiFaults = {}, clusterIP?: () => string): ApiServer {
  const options = { now: () => NOW, conversionWebhook: convertSmi, ...(clusterIP === undefined ? {} : { clusterIP }) };
  return createFaultyApi(options, faults);
}

/** With the namespace `n` and the SMI kinds of these versions. */
export function smiServer(versions: SmiVersions, faults: ApiFaults = {}): ApiServer {
  const api = emptyServer(faults);
  must(api.create(namespace("n")));
  for (const definition of smiDefinitions(faultyVersions(versions, faults))) must(api.apply(definition));
  return api;
}

/** What was stored. @throws Error with the refusal's message */
export function must(answer: Admission): KubernetesObject {
  if (!answer.accepted) throw new Error(`${answer.status} ${answer.reason}: ${answer.message}`);
  return answer.stored;
}

/** `422 Invalid: …`, or `accepted`. */
export const told = (answer: Admission): string =>
  answer.accepted ? "accepted" : `${answer.status} ${answer.reason}: ${answer.message}`;

export const namespace = (name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

export const configMap = (name: string, data: unknown = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "n", ...metadata },
  data,
});

export const refTo = (apiVersion: string, kind: string, name: string): ObjectRef => ({
  apiVersion,
  kind,
  name,
  namespace: "n",
});

/** A definition of `Thing` in `try.example.com`; each version's schema is of the whole object. */
export function things(versions: Readonly<Record<string, Schema>>, more: object = {}): KubernetesObject {
  const names = Object.keys(versions);
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.try.example.com" },
    spec: {
      group: "try.example.com",
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things" },
      versions: names.map((name, index) => ({
        name,
        served: true,
        storage: index === names.length - 1,
        schema: { openAPIV3Schema: versions[name] },
      })),
      ...more,
    },
  };
}

export const thing = (version: string, name: string, body: object): KubernetesObject => ({
  apiVersion: `try.example.com/${version}`,
  kind: "Thing",
  metadata: { name, namespace: "n" },
  ...body,
});

/** Server with the namespace `n` and these versions of Thing. */
export function thingServer(versions: Readonly<Record<string, Schema>>, more: object = {}): ApiServer {
  const api = emptyServer();
  must(api.create(namespace("n")));
  must(api.apply(things(versions, more)));
  return api;
}

/** Events as `TYPE name`, as they come. */
export function noted(api: ApiServer, query: ObjectQuery) {
  const events: WatchEvent[] = [];
  const stop = api.watch(query, (event) => events.push(event));
  return { events, stop, lines: () => events.splice(0).map(({ type, object }) => `${type} ${object.metadata.name}`) };
}

export const specOf = (object: KubernetesObject | undefined): unknown => object?.spec;
