/** Faults in what becomes of an object: on admission, on conversion, and where its version is not served. */
import type { KubernetesObject } from "../../../domain/kubernetes/object.ts";
import { quantityParts } from "../../../domain/kubernetes/quantity.ts";
import { isRefusal } from "../../api/admission.ts";
import type { Json } from "../../api/plain-data.ts";
import { at, isMap } from "../../api/plain-data.ts";
import { invalid, notServed, required } from "../../api/refusal.ts";
import { groupVersion } from "../../api/resource.ts";
import type { Schema } from "../../api/schema.ts";
import type { FaultTable } from "../fault-table.ts";
import { type ApiFault, isSmiGroup } from "./fault.ts";

function changeWeights(
  object: KubernetesObject,
  change: (weight: unknown, index: number) => unknown,
): KubernetesObject {
  const backends = at(object, "spec", "backends");
  if (object.kind !== "TrafficSplit" || !Array.isArray(backends)) return object;
  const changed = backends.map((b, index) =>
    isMap(b) && "weight" in b ? { ...b, weight: change(b.weight, index) } : b,
  );
  return { ...object, spec: { ...(object.spec as Json), backends: changed } };
}

const weightsOf = (object: KubernetesObject): readonly unknown[] => {
  const backends = at(object, "spec", "backends");
  return Array.isArray(backends) ? backends.map((backend) => at(backend, "weight")) : [];
};

/** The schema as far as it says which fields there are. */
function fieldsAlone({ properties, items, default: value, ...schema }: Schema): Schema {
  const { nullable, additionalProperties, "x-kubernetes-preserve-unknown-fields": preserve } = schema;
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, fieldsAlone(field)] as const);
  return {
    ...(properties === undefined ? {} : { properties: Object.fromEntries(fields) }),
    ...(items === undefined ? {} : { items: fieldsAlone(items) }),
    ...(value === undefined ? {} : { default: value }),
    ...(nullable === undefined ? {} : { nullable }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "object" ? fieldsAlone(additionalProperties) : additionalProperties,
        }),
    ...(preserve === undefined ? {} : { "x-kubernetes-preserve-unknown-fields": preserve }),
  };
}

/** The digits alone, as smi-sdk-go converts a quantity: `500m` is 500, `1` is 1. */
function digitsOf(weight: unknown): number {
  const read = quantityParts(String(weight));
  return read === undefined ? 0 : Number(`${read.sign}${read.whole}${read.fraction}`);
}

const versionOf = ({ apiVersion }: KubernetesObject) => groupVersion(apiVersion).version;
/** Without the field, in the shapes of access v1alpha1 and v1alpha2. */
function withoutPort(target: KubernetesObject): KubernetesObject {
  const dropped = (destination: unknown) => {
    const { port: _, ...subject } = destination as Json;
    return subject;
  };
  if (isMap(target.destination)) return { ...target, destination: dropped(target.destination) };
  const { spec } = target;
  return isMap(spec) && isMap(spec.destination)
    ? { ...target, spec: { ...spec, destination: dropped(spec.destination) } }
    : target;
}

export const objectFaults = {
  /** Objects of SMI kinds are not checked against their schema; what it does not know is still pruned. */
  acceptsInvalid: {
    admit: (admit) => (known, sent, old, now) => {
      const { schema } = known.version;
      const version = { ...known.version, schema: schema && fieldsAlone(schema) };
      return admit({ ...known, version }, sent, old, now);
    },
  },
  /** A weight of 0.5 is stored as 1, one of 0.4 as 0. */
  roundsWeights: {
    admit: (admit) => (known, sent, old, now) => {
      const rounded = (weight: unknown) => (typeof weight === "number" ? Math.round(weight) : weight);
      return admit(known, changeWeights(sent, rounded), old, now);
    },
  },
  /** A whole-number weight is stored as a text. */
  storesWeightAsText: {
    admit: (admit) => (known, sent, old, now) => {
      const admitted = admit(known, sent, old, now);
      if (isRefusal(admitted) || known.version.name === "v1alpha1") return admitted;
      return changeWeights(admitted, (weight) => (typeof weight === "number" ? String(weight) : weight));
    },
  },
  /** Converting a TrafficTarget from v1alpha1 or 2 loses `destination.port`. */
  losesPortInConversion: {
    conversion: (convert) => (object, version) => {
      const hasPort = object.kind === "TrafficTarget" && ["v1alpha1", "v1alpha2"].includes(versionOf(object));
      return convert(hasPort && versionOf(object) !== version ? withoutPort(object) : object, version);
    },
  },
  /** Converting a TrafficSplit takes a quantity's digits without its unit: `1` and `500m` become 1 and 500. */
  convertsWeightDigits: {
    conversion: (convert) => (object, version) => {
      const converted = convert(object, version);
      const weights = weightsOf(object);
      if (versionOf(object) === version) return converted;
      if (versionOf(object) === "v1alpha1") return changeWeights(converted, (_, index) => digitsOf(weights[index]));
      return version === "v1alpha1" ? changeWeights(converted, (_, index) => String(weights[index])) : converted;
    },
  },
  /** An object of a version that is not served is refused as though something in it were wrong. */
  blamesUnservedObjects: {
    server(api) {
      const blaming = (object: KubernetesObject, answer: ReturnType<typeof api.create>) => {
        const { group } = groupVersion(object.apiVersion);
        if (answer !== notServed || !isSmiGroup(group)) return answer;
        return invalid({ group, kind: object.kind, plural: "" }, object.metadata.name, [required("spec")]);
      };
      return {
        ...api,
        create: (object, options) => blaming(object, api.create(object, options)),
        apply: (object, options) => blaming(object, api.apply(object, options)),
      };
    },
  },
} satisfies FaultTable<ApiFault>;
