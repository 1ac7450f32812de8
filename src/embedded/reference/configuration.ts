/** What the mesh watches in the API server: the SMI kinds that are defined, and Services for their ports. */
import { smiKindNames, smiKinds } from "../../domain/smi/kinds.ts";
import { newestServed, servedFromCrds } from "../../domain/smi/served.ts";
import type { Clock, WatchEvent } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import { createPropagation } from "./propagation.ts";

export interface WatchOptions {
  readonly api: ApiServer;
  readonly clock: Clock;
  /** Milliseconds from a change until it is delivered. */
  readonly delayMs: number;
  /** Called with changes in their order, at least one at a time; first with everything that is there already. */
  readonly deliver: (events: readonly WatchEvent[]) => void;
}

/** The SMI kinds that are defined, in the newest version that they serve: v1alpha4 before v1alpha3. */
function definedKinds(api: ApiServer): readonly { readonly apiVersion: string; readonly kind: string }[] {
  const served = servedFromCrds(api.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }));
  return smiKindNames.flatMap((kind) => {
    const newest = newestServed(served, kind);
    return newest === undefined ? [] : [{ apiVersion: `${smiKinds[kind].group}/${newest.name}`, kind }];
  });
}

/** Returns how to stop it. */
export function watchConfiguration({ api, clock, delayMs, deliver }: WatchOptions): () => void {
  const ended = new AbortController();
  const propagation = createPropagation({ clock, delayMs, signal: ended.signal, deliver });
  const stops = [{ apiVersion: "v1", kind: "Service" }, ...definedKinds(api)].map((query) =>
    api.watch(query, (event) => propagation.send(event)),
  );
  return () => {
    ended.abort();
    for (const stop of stops) stop();
  };
}
