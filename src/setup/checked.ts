/** The inputs once they are checked, with what they name. */
import type { Catalogue, FoundProfile } from "../adapters/files/catalogue.ts";
import type { KindConfig } from "../adapters/kind/config.ts";
import type { Assertion } from "../domain/assertion/assertion.ts";
import type { Gating } from "../domain/gate/gate.ts";
import type { KubernetesObject } from "../domain/kubernetes/object.ts";
import type { Inputs } from "../inputs/inputs.ts";
import type { MeshProfile, MeshVersion } from "../mesh/profile.ts";
import type { EmbeddedPlan } from "./embedded.ts";

/** Where the run happens, with what only that kind of cluster has. */
export type CheckedCluster =
  | { readonly kind: "kind"; readonly config: KindConfig | undefined }
  | { readonly kind: "existing"; readonly kubeconfig: string }
  | { readonly kind: "embedded"; readonly plan: EmbeddedPlan };

export interface Checked {
  readonly inputs: Inputs;
  readonly profile: FoundProfile<MeshProfile>;
  /** How the profile installs the version; undefined where it does not know the version and does not install it. */
  readonly entry: MeshVersion | undefined;
  readonly manifest: readonly KubernetesObject[] | undefined;
  readonly cluster: CheckedCluster;
  readonly catalogue: Catalogue;
  /** Those to run. */
  readonly assertions: readonly Assertion[];
  readonly gating: Gating;
}
