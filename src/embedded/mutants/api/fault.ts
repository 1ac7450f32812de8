/** A fault of what a mesh serves and stores: of its CRDs, of their conversion webhook, of its admission. */
import type { KubernetesObject } from "../../../domain/kubernetes/object.ts";
import type { SmiVersions } from "../../../domain/smi/version-set.ts";
import type { Admit } from "../../api/admission.ts";
import type { Resource } from "../../api/resource.ts";
import type { Convert } from "../../api/views.ts";
import type { ApiServer } from "../../api-server.ts";

/** All parts concern objects of SMI kinds, and definitions of SMI kinds, alone. */
export interface ApiFault {
  /** Versions that are served whichever were asked for. */
  readonly versions?: SmiVersions;
  /** The definition as a mesh with this fault ships it; undefined where it ships none. */
  readonly definition?: (definition: KubernetesObject) => KubernetesObject | undefined;
  readonly kind?: (resource: Resource) => Resource;
  readonly admit?: (admit: Admit) => Admit;
  readonly conversion?: (convert: Convert) => Convert;
  readonly server?: (api: ApiServer) => ApiServer;
}

export const isSmiGroup = (group: unknown): boolean => typeof group === "string" && group.endsWith(".smi-spec.io");
