/** A Kubernetes cluster by its kubeconfig, through the official client. */
import { readFile } from "node:fs/promises";
import {
  ApiException,
  ApisApi,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  VersionApi,
} from "@kubernetes/client-node";
import { describeRef, type KubernetesObject, type ObjectRef } from "../../domain/kubernetes/object.ts";
import { ConfigurationError, InfrastructureError } from "../../errors.ts";
import type { Admission, Cluster, DiscoveredVersion, ObjectQuery, WriteOptions } from "../../ports.ts";
import { openAgent } from "./agent.ts";
import { createResourceFinder } from "./resources.ts";
import { watchObjects } from "./watch.ts";
import { createWriter, type WriteParameters } from "./write.ts";

/** Milliseconds for one answer. The library sets no limit: an API server that hangs would hold up a stopped run for minutes. */
const ANSWER_MS = 10_000;
const FIELD_MANAGER = "smi-conformance";
/** A Date's text of a time that the API server gives without fractions. */
const WHOLE_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;

/** Statuses by which an API server or a webhook refuses an object, as opposed to being out of order itself. */
const refusalStatuses = new Set([400, 403, 404, 405, 409, 415, 422]);

interface Status {
  readonly reason?: string;
  readonly message?: string;
}

function statusOf(error: ApiException<unknown>): Status {
  if (typeof error.body === "object" && error.body !== null) return error.body as Status;
  try {
    return JSON.parse(String(error.body)) as Status;
  } catch {
    return { message: String(error.body).slice(0, 300) };
  }
}

/** @throws ConfigurationError for the input `kubeconfig` when the file cannot be read or names no cluster. */
export async function readKubeconfig(path: string): Promise<KubeConfig> {
  const remedy = "Give the path of a readable kubeconfig whose current context is the cluster to test.";
  const config = new KubeConfig();
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new ConfigurationError(
      "kubeconfig",
      `"${path}" cannot be read (${(error as NodeJS.ErrnoException).code})`,
      remedy,
      { cause: error },
    );
  }
  try {
    config.loadFromString(text);
  } catch (error) {
    throw new ConfigurationError(
      "kubeconfig",
      `"${path}" is not a kubeconfig (${(error as Error).message.split("\n")[0]})`,
      remedy,
      { cause: error },
    );
  }
  if (config.getCurrentCluster() === null)
    throw new ConfigurationError(
      "kubeconfig",
      `"${path}" has no cluster for its current context "${config.getCurrentContext() ?? ""}"`,
      remedy,
    );
  return config;
}

/** Only for `kind`s that discovery does not list: the client library says so by a plain Error. */
const unknownKind = /Unrecognized API version and kind|Failed to fetch resource metadata/;

export function createCluster(config: KubeConfig): Cluster {
  // What the library asks before each request, and the only place that sees them all.
  const authenticate = config.applySecurityAuthentication.bind(config);
  config.applySecurityAuthentication = async (request) => {
    await authenticate(request);
    request.setSignal(AbortSignal.timeout(ANSWER_MS));
  };
  const objects = KubernetesObjectApi.makeApiClient(config);
  const findResource = createResourceFinder(config);
  const writer = createWriter(config, findResource);
  const core = config.makeApiClient(CoreV1Api);
  const server = config.getCurrentCluster()?.server ?? "the API server";

  /** Turns what the client throws into absence, a refusal, or an infrastructure error. */
  function fail(doing: string, error: unknown): never {
    const reason =
      error instanceof ApiException ? `HTTP ${error.code} ${statusOf(error).message ?? ""}` : describeCause(error);
    throw new InfrastructureError(
      "cluster-unreachable",
      `${doing}: ${server} answered: ${reason}`,
      "Check that the cluster runs and that the kubeconfig's user may do this (kubectl auth can-i).",
      { cause: error },
    );
  }

  async function write(doing: string, call: () => Promise<unknown>): Promise<Admission> {
    try {
      return { accepted: true, stored: plain(await call()) };
    } catch (error) {
      if (error instanceof ApiException && refusalStatuses.has(error.code)) {
        const { reason, message } = statusOf(error);
        return { accepted: false, status: error.code, reason: reason ?? "", message: message ?? "" };
      }
      if (error instanceof Error && unknownKind.test(error.message))
        return {
          accepted: false,
          status: 404,
          reason: "NotFound",
          message: `the server does not serve this kind (${doing})`,
        };
      return fail(doing, error);
    }
  }

  return {
    async version() {
      try {
        return (await config.makeApiClient(VersionApi).getCode()).gitVersion;
      } catch (error) {
        return fail("asking for the version", error);
      }
    },
    create: (object, options) =>
      write(`creating ${describeRef({ ...object, ...object.metadata })}`, async () => {
        const parameters = parametersOf(options);
        return (
          (await writer.create(object, parameters)) ??
          objects.create(object as never, undefined, parameters.dryRun, FIELD_MANAGER)
        );
      }),
    apply: (object, options) =>
      write(`applying ${describeRef({ ...object, ...object.metadata })}`, async () => {
        const parameters = parametersOf(options);
        return (
          (await writer.apply(object, parameters)) ??
          objects.patch(
            object as never,
            undefined,
            parameters.dryRun,
            FIELD_MANAGER,
            true,
            PatchStrategy.ServerSideApply,
          )
        );
      }),
    async get(ref) {
      try {
        return plain(
          await objects.read({ apiVersion: ref.apiVersion, kind: ref.kind, metadata: metadata(ref) } as never),
        );
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined;
        if (error instanceof Error && unknownKind.test(error.message)) return undefined;
        return fail(`reading ${describeRef(ref)}`, error);
      }
    },
    async list(query) {
      try {
        return (await listed(query)).items;
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return [];
        return fail(`listing ${query.kind}`, error);
      }
    },
    async watch(query, onEvent, signal, onLost) {
      try {
        const place = await findResource(query.apiVersion, query.kind);
        await watchObjects(config, place, query, () => listed(query), selectorOf(query), onEvent, signal, onLost);
      } catch (error) {
        fail(`watching ${query.kind}`, error);
      }
    },
    async delete(ref, options) {
      try {
        await objects.delete(
          { apiVersion: ref.apiVersion, kind: ref.kind, metadata: metadata(ref) } as never,
          undefined,
          undefined,
          options?.graceSeconds,
          undefined,
          "Background",
        );
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return;
        if (error instanceof Error && unknownKind.test(error.message)) return;
        fail(`deleting ${describeRef(ref)}`, error);
      }
    },
    async discover(group) {
      try {
        const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
        const found = groups.find(({ name }) => name === group);
        if (found === undefined) return [];
        const preferred = found.preferredVersion?.version;
        const versions = found.versions
          .map(({ version }) => version)
          .sort((x, y) => Number(y === preferred) - Number(x === preferred));
        return await Promise.all(versions.map((version) => discoverVersion(group, version)));
      } catch (error) {
        return fail(`discovering ${group}`, error);
      }
    },
    async logs(pod, lines) {
      try {
        return await core.readNamespacedPodLog({
          name: pod.name,
          namespace: pod.namespace,
          tailLines: lines,
          timestamps: true,
          ...(pod.container === undefined ? {} : { container: pod.container }),
          ...(pod.previous === undefined ? {} : { previous: pod.previous }),
        });
      } catch (error) {
        // Logs are evidence, gathered when something is wrong already: what kept them from us is evidence too.
        return `no log: ${error instanceof ApiException ? statusOf(error).message : describeCause(error)}`;
      }
    },
    agent: (pod) => openAgent(config, pod),
  };

  async function listed(query: ObjectQuery) {
    const { apiVersion, kind } = query;
    const selector = selectorOf(query);
    const found = await objects.list(
      apiVersion,
      kind,
      query.namespace,
      undefined,
      undefined,
      undefined,
      undefined,
      selector === "" ? undefined : selector,
    );
    return {
      // Items of a list come without their own apiVersion and kind.
      items: found.items.map((item) => ({ ...plain(item), apiVersion, kind })),
      resourceVersion: found.metadata?.resourceVersion ?? "",
    };
  }

  async function discoverVersion(group: string, version: string): Promise<DiscoveredVersion> {
    const list = await config.makeApiClient(CustomObjectsApi).getAPIResources({ group, version });
    return { version, resources: list.resources.map(({ name, kind, namespaced }) => ({ name, kind, namespaced })) };
  }
}

function parametersOf(options: WriteOptions | undefined): WriteParameters {
  return { fieldManager: FIELD_MANAGER, ...(options?.dryRun === true ? { dryRun: "All" } : {}) };
}

/** As the API server wrote it: the library makes classes of some objects, and Dates of their times. */
function plain(object: unknown): KubernetesObject {
  const text = JSON.stringify(object, (_, value: unknown) =>
    typeof value === "string" && WHOLE_SECOND.test(value) ? value.replace(".000Z", "Z") : value,
  );
  return JSON.parse(text) as KubernetesObject;
}

function selectorOf({ labels = {} }: ObjectQuery): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

function metadata(ref: ObjectRef): { name: string; namespace?: string } {
  return { name: ref.name, ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }) };
}

/** fetch hides the reason of a failed connection in `cause`. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error ? ` (${(error.cause as NodeJS.ErrnoException).code ?? error.cause.message})` : "";
  return `${error.message.split("\n")[0]}${cause}`;
}
