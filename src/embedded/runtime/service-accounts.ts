/** The controller by which each namespace has the ServiceAccount of pods that name none. */
import type { ApiServer } from "../api-server.ts";
import type { Underway } from "./underway.ts";

/** Returns how to stop it. */
export function runServiceAccounts(api: ApiServer, underway: Underway): () => void {
  return api.watch({ apiVersion: "v1", kind: "Namespace" }, ({ type, object }) => {
    if (type !== "ADDED") return;
    const metadata = { name: "default", namespace: object.metadata.name };
    // Refused where it is there already, or where the namespace is gone by now: both are as they should be.
    const give = () => void api.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
    underway.add(Promise.resolve().then(give));
  });
}
