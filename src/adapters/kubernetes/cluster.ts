/** A Kubernetes cluster by its kubeconfig, through the official client. */
import {
  ApisApi,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  VersionApi,
} from "@kubernetes/client-node";
import { describeRef, type ObjectRef } from "../../domain/kubernetes/object.ts";
import type { Admission, Clock, Cluster, DiscoveredVersion, ObjectQuery, WriteOptions } from "../../ports.ts";
import { openAgent } from "./agent.ts";
import { groupVersionsIn, listIn, logIn, objectIn, resourcesIn, versionIn } from "./answers.ts";
import { describeFailure, isAbsent, isUnserved, refusalOf, unreachable } from "./api-errors.ts";
import { boundRequests, createBounds } from "./bounds.ts";
import { createResourceFinder } from "./resources.ts";
import { watchObjects } from "./watch.ts";
import { createWriter, type WriteParameters } from "./write.ts";

const FIELD_MANAGER = "smi-conformance";

/**
 * Throws InfrastructureError("cluster-unreachable") where the API server does not answer, or answers other than asked.
 * @param run ends what is under way; what is asked afterwards, to clean up, is given a few seconds
 */
export function createCluster(config: KubeConfig, clock: Pick<Clock, "deadline">, run?: AbortSignal): Cluster {
  const bounds = createBounds(clock, run);
  boundRequests(config, bounds);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const findResource = createResourceFinder(config);
  const writer = createWriter(config, findResource);
  const core = config.makeApiClient(CoreV1Api);
  const server = config.getCurrentCluster()?.server ?? "the API server";

  async function write(doing: string, call: () => Promise<unknown>): Promise<Admission> {
    try {
      return { accepted: true, stored: objectIn(await call()) };
    } catch (error) {
      const refusal = refusalOf(error, doing);
      if (refusal !== undefined) return refusal;
      throw unreachable(doing, server, error);
    }
  }

  return {
    async version() {
      try {
        return versionIn(await config.makeApiClient(VersionApi).getCode());
      } catch (error) {
        throw unreachable("asking for the version", server, error);
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
        return objectIn(
          await objects.read({ apiVersion: ref.apiVersion, kind: ref.kind, metadata: metadata(ref) } as never),
        );
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw unreachable(`reading ${describeRef(ref)}`, server, error);
      }
    },
    async list(query) {
      try {
        return (await listed(query)).items;
      } catch (error) {
        if (isUnserved(error)) return [];
        throw unreachable(`listing ${query.kind}`, server, error);
      }
    },
    async watch(query, onEvent, signal, onLost) {
      try {
        const place = await findResource(query.apiVersion, query.kind);
        await watchObjects(config, place, query, () => listed(query), selectorOf(query), onEvent, signal, onLost);
      } catch (error) {
        throw unreachable(`watching ${query.kind}`, server, error);
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
        if (isAbsent(error)) return;
        throw unreachable(`deleting ${describeRef(ref)}`, server, error);
      }
    },
    async discover(group) {
      try {
        const versions = groupVersionsIn(await config.makeApiClient(ApisApi).getAPIVersions(), group);
        return await Promise.all(versions.map((version) => discoverVersion(group, version)));
      } catch (error) {
        throw unreachable(`discovering ${group}`, server, error);
      }
    },
    async logs(pod, lines) {
      try {
        const text = await core.readNamespacedPodLog({
          name: pod.name,
          namespace: pod.namespace,
          tailLines: lines,
          timestamps: true,
          ...(pod.container === undefined ? {} : { container: pod.container }),
          ...(pod.previous === undefined ? {} : { previous: pod.previous }),
        });
        return logIn(text);
      } catch (error) {
        // Logs are gathered as evidence when something is already wrong: why there are none is evidence too.
        return `no log: ${describeFailure(error)}`;
      }
    },
    agent: (pod) => openAgent(config, pod, bounds),
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
    return listIn(found, apiVersion, kind);
  }

  async function discoverVersion(group: string, version: string): Promise<DiscoveredVersion> {
    const answer = await config.makeApiClient(CustomObjectsApi).getAPIResources({ group, version });
    return { version, resources: resourcesIn(answer) };
  }
}

function parametersOf(options: WriteOptions | undefined): WriteParameters {
  return { fieldManager: FIELD_MANAGER, ...(options?.dryRun === true ? { dryRun: "All" } : {}) };
}

function selectorOf({ labels = {} }: ObjectQuery): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

function metadata(ref: ObjectRef): { name: string; namespace?: string } {
  return { name: ref.name, ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }) };
}
