/** Faults in what is served, whatever the definitions say. */
import { type SmiKind, type SmiKindName, smiKinds } from "../../../domain/smi/kinds.ts";
import type { SmiVersions } from "../../../domain/smi/version-set.ts";
import { isRefusal } from "../../api/admission.ts";
import { definitionKind } from "../../api/builtin-kinds.ts";
import { definitionSpec, withTransitionTimes } from "../../api/custom-kinds.ts";
import type { Json } from "../../api/plain-data.ts";
import type { Resource, ServedSchema } from "../../api/resource.ts";
import type { FaultTable } from "../fault-table.ts";
import { type ApiFault, isSmiGroup } from "./fault.ts";

/** Versions of the specification that the kind leaves out, each as though it were the stored one. */
function unserved({ kind, versions, storage }: Resource): readonly ServedSchema[] {
  const known: SmiKind | undefined = smiKinds[kind as SmiKindName];
  const left = (known?.versions ?? []).filter((version) => !versions.some(({ name }) => name === version));
  return versions.filter(({ name }) => name === storage).flatMap((stored) => left.map((name) => ({ ...stored, name })));
}

const clash = (shortName: string) => [
  {
    type: "NamesAccepted",
    status: "False",
    reason: "ShortNamesConflict",
    message: `${JSON.stringify(shortName)} is already in use`,
  },
  { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" },
];

export const servingFaults = {
  /** This kind's names clash with another's (as `ts` of NGINX does): NamesAccepted and Established are False. */
  crdNamesNotAccepted: (kind: SmiKindName) => ({
    kind: (resource) =>
      resource.kind === kind
        ? { ...resource, versions: resource.versions.map((version) => ({ ...version, served: false })) }
        : resource,
    admit: (admit) => (known, sent, old, now) => {
      const admitted = admit(known, sent, old, now);
      if (isRefusal(admitted) || known.resource !== definitionKind) return admitted;
      const { group, names } = definitionSpec(admitted);
      if (!isSmiGroup(group) || names.kind !== kind) return admitted;
      const conditions = withTransitionTimes(clash(names.shortNames?.[0] ?? ""), old, now());
      return {
        ...admitted,
        status: { ...(admitted.status as Json), acceptedNames: { plural: "", kind: "" }, conditions },
      };
    },
  }),
  /** This kind is defined and established, and not listed by discovery. */
  crdUndiscovered: (kind: SmiKindName) => ({
    server: (api) => ({
      ...api,
      discover: (group) =>
        api.discover(group).flatMap((version) => {
          const resources = version.resources.filter((resource) => !isSmiGroup(group) || resource.kind !== kind);
          return resources.length === 0 ? [] : [{ ...version, resources }];
        }),
    }),
  }),
  /** These groups are served in these versions, whichever were asked for. */
  servesInstead: (versions: SmiVersions) => ({ versions }),
  /** Versions that a definition does not serve are served all the same, in the shape of the stored one. */
  servesUnservedVersions: {
    kind: (resource) => ({ ...resource, versions: [...resource.versions, ...unserved(resource)] }),
  },
} satisfies FaultTable<ApiFault>;
