/** Charts by the helm command line, versions 3.10 to 4. */
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError, type InfrastructureCode, InfrastructureError, ToolError } from "../../errors.ts";
import type { Tool, WithTempFolder } from "../../ports.ts";
import { sha256OfFile } from "./file-digest.ts";

/** Milliseconds for fetching one chart. */
const PULL_MS = 2 * 60_000;
/** Milliseconds beyond its own limit in which helm may report what went wrong. */
const REPORT_MS = 15_000;

/** Settings of the user's shell that would direct helm to another cluster than the one it is given. */
const OWN_CLUSTER_ONLY = {
  HELM_KUBECONTEXT: "",
  HELM_KUBEAPISERVER: "",
  HELM_KUBETOKEN: "",
  HELM_KUBEASUSER: "",
  HELM_KUBEASGROUPS: "",
  HELM_NAMESPACE: "",
};

export interface Chart {
  /** Name in `repository`, `oci://` address, or path of a folder or a .tgz file. */
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
  /** SHA-256 of the .tgz, in hexadecimal; it is checked before anything is installed. */
  readonly sha256?: string;
}

export interface Release extends Chart {
  readonly name: string;
  readonly namespace: string;
  readonly kubeconfig: string;
  /** In ascending precedence: paths of values files, or values themselves. */
  readonly values?: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Milliseconds for the API calls and the chart's hooks. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export interface Helm {
  /** Installs or upgrades. Returns once the API server has accepted the objects; whether they are ready is for the caller to observe. */
  install(release: Release): Promise<void>;
}

export interface HelmSetup {
  readonly tool: Tool;
  readonly withTempFolder: WithTempFolder;
  /** Path or name of the helm program. */
  readonly helm?: string;
}

/** Throws InfrastructureError("mesh-install" | "cluster-unreachable" | "digest-mismatch" | "interrupted") and ConfigurationError for the input `chart`. */
export function createHelm({ tool, withTempFolder, helm = "helm" }: HelmSetup): Helm {
  async function source(chart: Chart, folder: string, signal?: AbortSignal): Promise<string[]> {
    // With a repository it is a name in there, even where a local folder has the same name.
    const local = chart.repository ? undefined : await stat(chart.chart).catch(() => undefined);
    if (!chart.sha256) return local ? [chart.chart] : reference(chart);
    if (local?.isDirectory())
      throw new ConfigurationError(
        "chart",
        `${chart.chart} is a folder, which has no digest`,
        "Package it (`helm package`), or leave the digest out.",
      );
    if (!local)
      await tool.run([helm, "pull", ...reference(chart), "--destination", folder], {
        timeoutMs: PULL_MS,
        ...(signal && { signal }),
      });
    const file = local
      ? chart.chart
      : join(folder, (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "");
    const got = await sha256OfFile(file);
    // A pulled file is in a temporary folder and goes with it.
    if (got === chart.sha256.toLowerCase().replace(/^sha256:/, "")) return [file];
    throw new InfrastructureError(
      "digest-mismatch",
      `chart ${[chart.chart, chart.version].filter(Boolean).join(" ")} is not the expected one: expected sha256 ${chart.sha256}, got ${got}`,
      "Nothing was installed. If the chart was republished, check what has changed, and give the new digest.",
    );
  }

  return {
    install: (release) =>
      withTempFolder(async (folder) => {
        const files: string[] = [];
        for (const [index, values] of (release.values ?? []).entries()) {
          const path = typeof values === "string" ? values : join(folder, `values-${index}.json`);
          // Helm reads JSON as YAML; a file has none of the escaping that --set needs.
          if (typeof values !== "string") await writeFile(path, JSON.stringify(values));
          files.push("--values", path);
        }
        try {
          const chart = await source(release, folder, release.signal);
          await tool.run(
            [helm, "upgrade", "--install", release.name, ...chart, ...target(release), "--create-namespace", ...files],
            {
              env: { ...OWN_CLUSTER_ONLY, KUBECONFIG: release.kubeconfig },
              timeoutMs: release.timeoutMs + REPORT_MS,
              ...(release.signal && { signal: release.signal }),
              ...(release.onLine && { onLine: release.onLine }),
            },
          );
        } catch (error) {
          throw explained(error, release);
        }
      }),
  };
}

function reference({ chart, repository, version }: Chart): string[] {
  return [chart, ...(repository ? ["--repo", repository] : []), ...(version ? ["--version", version] : [])];
}

function target({ namespace, kubeconfig, timeoutMs }: Release): string[] {
  return ["--namespace", namespace, "--kubeconfig", kubeconfig, "--timeout", `${Math.ceil(timeoutMs / 1000)}s`];
}

const ADVICE: readonly { readonly pattern: RegExp; readonly advice: string; readonly code?: InfrastructureCode }[] = [
  {
    pattern: /kubernetes cluster unreachable/i,
    code: "cluster-unreachable",
    advice: "Check that the kubeconfig exists and that its cluster answers: `kubectl --kubeconfig ... version`.",
  },
  {
    pattern: /no matches for kind|resource mapping not found/i,
    advice:
      "This chart needs an API that this version of Kubernetes does not serve, or no longer serves: choose another node-image or another mesh-version.",
  },
  {
    pattern: /chart ".*" .*not found|no chart version found|not found in .* repository|failed to download/i,
    advice: "Check the chart's name and version; `helm search repo --versions` lists what a repository has.",
  },
  {
    pattern: /not a valid chart repository|no such host|connection refused|i\/o timeout|cannot be reached/i,
    advice: "Check that this machine reaches the chart's repository, or give a local chart in the input chart.",
  },
  {
    pattern: /don't meet the specifications of the schema|values\.schema/i,
    advice: "The chart does not know one of the values: check the file in the input values against the chart.",
  },
  {
    pattern: /another operation .* in progress/i,
    advice: "An earlier install was interrupted: `helm uninstall` the release, or use a new cluster.",
  },
  {
    pattern: /deadline exceeded|timed out|took longer than/i,
    advice: "A hook of the chart did not end in time: look at the pod of its Job, or raise the input timeout.",
  },
];

function explained(error: unknown, { name, signal }: Release): unknown {
  if (!(error instanceof ToolError)) return error;
  if (signal?.aborted)
    return new InfrastructureError("interrupted", `installing ${name} was stopped`, "Run it again.", { cause: error });
  const known = ADVICE.find(({ pattern }) => pattern.test(error.stderr));
  // The lines after that are advice of helm's, or the end of a list.
  const said = error.stderr.split("\n").findLast((line) => line.startsWith("Error:")) ?? error.lastLine;
  return new InfrastructureError(
    known?.code ?? "mesh-install",
    `helm did not install ${name}: ${said}`,
    known?.advice ?? "Read helm's output in the log.",
    { cause: error },
  );
}
