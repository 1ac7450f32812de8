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
import { describeRef, type KubernetesObject, type ObjectRef } from "../../domain/kubernetes/object.ts";
import type { Admission, Clock, Cluster, DiscoveredVersion, ObjectQuery, WriteOptions } from "../../ports.ts";
import { openAgent } from "./agent.ts";
import { describeFailure, isAbsent, isUnserved, refusalOf, unreachable } from "./api-errors.ts";
import { createResourceFinder } from "./resources.ts";
import { watchObjects } from "./watch.ts";
import { createWriter, type WriteParameters } from "./write.ts";

/** Milliseconds for one answer. The library sets no limit: an API server that hangs would hold up a stopped run for minutes. */
const ANSWER_MS = 10_000;
const FIELD_MANAGER = "smi-conformance";
/** A Date as text, where the API server gave a time without fractions. */
const WHOLE_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;

/** Throws InfrastructureError("cluster-unreachable") where the API server does not answer, or answers other than asked. */
export function createCluster(config: KubeConfig, clock: Pick<Clock, "deadline">): Cluster {
  // The library calls this before each request; no other place sees them all.
  const authenticate = config.applySecurityAuthentication.bind(config);
  config.applySecurityAuthentication = async (request) => {
    await authenticate(request);
    request.setSignal(clock.deadline(ANSWER_MS));
  };
  const objects = KubernetesObjectApi.makeApiClient(config);
  const findResource = createResourceFinder(config);
  const writer = createWriter(config, findResource);
  const core = config.makeApiClient(CoreV1Api);
  const server = config.getCurrentCluster()?.server ?? "the API server";

  async function write(doing: string, call: () => Promise<unknown>): Promise<Admission> {
    try {
      return { accepted: true, stored: plain(await call()) };
    } catch (error) {
      const refusal = refusalOf(error, doing);
      if (refusal !== undefined) return refusal;
      throw unreachable(doing, server, error);
    }
  }

  return {
    async version() {
      try {
        return (await config.makeApiClient(VersionApi).getCode()).gitVersion;
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
        return plain(
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
        const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
        const found = groups.find(({ name }) => name === group);
        if (found === undefined) return [];
        const preferred = found.preferredVersion?.version;
        const versions = found.versions
          .map(({ version }) => version)
          .sort((x, y) => Number(y === preferred) - Number(x === preferred));
        return await Promise.all(versions.map((version) => discoverVersion(group, version)));
      } catch (error) {
        throw unreachable(`discovering ${group}`, server, error);
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
        // Logs are gathered as evidence when something is already wrong: why there are none is evidence too.
        return `no log: ${describeFailure(error)}`;
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

/** As the API server wrote it: the library turns some objects into classes, and their times into Dates. */
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
