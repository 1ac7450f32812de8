/** What the mesh is installed from: a manifest, a chart, or nothing where it is there already. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { systemClock as clock } from "../adapters/clock.ts";
import { withTempFolder } from "../adapters/files/folders.ts";
import { createHelm } from "../adapters/tools/helm.ts";
import type { KubernetesObject } from "../domain/kubernetes/object.ts";
import { withoutUserInfo } from "../domain/outside-text.ts";
import type { Installer } from "../engine/run/plan.ts";
import type { Inputs } from "../inputs/inputs.ts";
import type { MeshVersion } from "../mesh/profile.ts";
import { fillVersion } from "../mesh/version.ts";
import type { Log, Tool } from "../ports.ts";
import type { Checked } from "./checked.ts";
import { installationOf } from "./installation.ts";
import type { Provenance } from "./provenance.ts";

/** Milliseconds for helm's own API calls and hooks. */
const HELM_TIMEOUT_MS = 5 * 60_000;

export interface MeshSource {
  /** For people. */
  readonly text: string;
  /** The objects to apply; undefined where a chart is installed, or nothing. */
  readonly manifest: readonly KubernetesObject[] | undefined;
  /** undefined where no chart is installed. */
  readonly installer: Installer | undefined;
  readonly provenance: Pick<Provenance, "chart" | "manifestSha256">;
}

interface MeshSourceDeps {
  readonly tool: Tool;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export async function meshSource(checked: Checked, deps: MeshSourceDeps): Promise<MeshSource> {
  const { inputs } = checked;
  switch (installationOf(inputs)) {
    case "none":
      return nothing(thereAlready(checked));
    case "manifest":
      return fromManifest(checked);
    case "own-chart":
    case "profile-chart":
      return fromChart(checked, deps);
  }
}

function thereAlready({ inputs, cluster }: Checked): string {
  if (cluster.kind !== "embedded") return inputs.manifest ?? "what is there already";
  const { mutant } = cluster.plan;
  return `this suite, in process${mutant === undefined ? "" : `, mutant ${mutant.name}`}`;
}

async function fromManifest({ inputs: { manifest: path = "" }, manifest }: Checked): Promise<MeshSource> {
  const manifestSha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return { text: path, manifest, installer: undefined, provenance: { chart: null, manifestSha256 } };
}

const nothing = (text: string): MeshSource => ({
  text,
  manifest: undefined,
  installer: undefined,
  provenance: { chart: null, manifestSha256: null },
});

/** The user's chart, or the profile's. */
function chartOf(
  inputs: Inputs,
  entry: MeshVersion | undefined,
): Partial<MeshVersion["install"]["chart"]> & { readonly name: string } {
  if (inputs.chart !== undefined)
    return { name: inputs.chart, ...(inputs.chartVersion !== undefined && { version: inputs.chartVersion }) };
  if (entry === undefined) throw new RangeError("a chart of the profile needs a version that the profile knows");
  const { name, repository, version, sha256 } = entry.install.chart;
  return { name, repository, version: inputs.chartVersion ?? version, sha256 };
}

function fromChart({ inputs, profile, entry }: Checked, { tool, log, signal }: MeshSourceDeps): MeshSource {
  const { name, repository, version, sha256 } = chartOf(inputs, entry);
  return {
    text: `chart ${withoutUserInfo(name)}${version === undefined ? "" : ` ${version}`}`,
    manifest: undefined,
    async installer(kubeconfig, stop) {
      // Loaded when it is needed: a mistake in the inputs is answered without waiting for it.
      const { findHelm } = await import("../adapters/tools/install.ts");
      await withTempFolder(async (unpackTo) => {
        const { path } = await findHelm({ tool, log, clock, withTempFolder, signal, unpackTo });
        const helm = createHelm({ tool, withTempFolder, helm: path });
        await helm.install({
          name: profile.profile.mesh,
          chart: name,
          ...(repository !== undefined && { repository }),
          ...(version !== undefined && { version }),
          ...(sha256 !== undefined && { sha256 }),
          namespace: profile.profile.namespace,
          kubeconfig,
          timeoutMs: HELM_TIMEOUT_MS,
          values: [
            fillVersion(entry?.install.values ?? {}, inputs.meshVersion) as Record<string, unknown>,
            ...(inputs.values === undefined ? [] : [inputs.values]),
          ],
          onLine: (line) => log.info(`  ${line}`),
          ...(stop && { signal: stop }),
        });
      });
    },
    provenance: {
      chart: { name: withoutUserInfo(name), version: version ?? null, sha256: sha256 ?? null },
      manifestSha256: null,
    },
  };
}
