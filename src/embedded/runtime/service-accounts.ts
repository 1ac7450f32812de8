/** The controller that creates the ServiceAccount `default` in each namespace. */
import type { ApiServer } from "../api-server.ts";
import type { Underway } from "./underway.ts";

/** Returns how to stop it. */
export function runServiceAccounts(api: ApiServer, underway: Underway): () => void {
  return api.watch({ apiVersion: "v1", kind: "Namespace" }, ({ type, object }) => {
    if (type !== "ADDED") return;
    const metadata = { name: "default", namespace: object.metadata.name };
    // Refused if it exists already, or if the namespace is gone by now: neither is an error.
    const give = () => void api.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
    underway.add(Promise.resolve().then(give));
  });
}
