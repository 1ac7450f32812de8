/** The API server with faults: its parts and its answers, each wrapped by the faults that concern it. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { SmiVersions } from "../../domain/smi/version-set.ts";
import type { Admission } from "../../ports.ts";
import { definitionKind } from "../api/builtin-kinds.ts";
import { definitionSpec } from "../api/custom-kinds.ts";
import { type ApiParts, type ApiServerOptions, apiParts, createApiServer } from "../api/server.ts";
import type { ApiServer } from "../api-server.ts";
import { type ApiFault, isSmiGroup } from "./api/fault.ts";
import { type ApiFaults, apiFaults } from "./api-faults.ts";
import { switchedOn } from "./fault-table.ts";

function faultyParts(faults: readonly ApiFault[]): ApiParts {
  const faultyAdmit = faults.reduce((admit, fault) => fault.admit?.(admit) ?? admit, apiParts.admit);
  return {
    admit(known, ...rest) {
      const isConcerned = isSmiGroup(known.resource.group) || known.resource === definitionKind;
      return isConcerned ? faultyAdmit(known, ...rest) : apiParts.admit(known, ...rest);
    },
    customKind(definition) {
      const kind = apiParts.customKind(definition);
      return isSmiGroup(kind.group) ? faults.reduce((read, fault) => fault.kind?.(read) ?? read, kind) : kind;
    },
  };
}

/** The object as a mesh with these faults writes it: undefined for a definition that it does not ship. */
function written(object: KubernetesObject, faults: readonly ApiFault[]): KubernetesObject | undefined {
  if (object.kind !== definitionKind.kind || !isSmiGroup(definitionSpec(object)?.group)) return object;
  return faults.reduce<KubernetesObject | undefined>(
    (definition, fault) => (fault.definition === undefined ? definition : definition && fault.definition(definition)),
    object,
  );
}

function withFaultyDefinitions(api: ApiServer, faults: readonly ApiFault[]): ApiServer {
  /** The answer for a missing definition is that of one which was stored: nobody would have been told otherwise. */
  const write = (object: KubernetesObject, send: (faulty: KubernetesObject) => Admission): Admission => {
    const faulty = written(object, faults);
    return faulty === undefined ? { accepted: true, stored: object } : send(faulty);
  };
  return {
    ...api,
    create: (object, options) => write(object, (faulty) => api.create(faulty, options)),
    apply: (object, options) => write(object, (faulty) => api.apply(faulty, options)),
  };
}

/** Without a fault it is the API server itself. */
export function createFaultyApi(options: ApiServerOptions, switches: ApiFaults): ApiServer {
  const faults = switchedOn<ApiFault>(apiFaults, switches);
  const { conversionWebhook: sound } = options;
  const webhook = sound && faults.reduce((convert, fault) => fault.conversion?.(convert) ?? convert, sound);
  const given = webhook === undefined ? options : { ...options, conversionWebhook: webhook };
  const api = withFaultyDefinitions(createApiServer(given, faultyParts(faults)), faults);
  return faults.reduce((server, fault) => fault.server?.(server) ?? server, api);
}

/** The versions that a mesh with these faults serves if asked for these. */
export function faultyVersions(versions: SmiVersions, switches: ApiFaults): SmiVersions {
  return Object.assign({}, versions, ...switchedOn<ApiFault>(apiFaults, switches).map((fault) => fault.versions));
}
