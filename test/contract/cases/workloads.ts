/** Pods that come and go: restarts, replicas, another account, and the end of a namespace. */
import { beforeAll, describe, expect, it } from "vitest";
import { WORKLOAD_LABEL } from "../../../src/engine/cell/manifest.ts";
import { rollout } from "../../../src/mesh/rollout.ts";
import { type Ground, only, REFUSAL_INTERVAL_MS, type Running } from "./ground.ts";
import { account, deployment, NEW, service, widget } from "./manifests.ts";
import { batchTo, classNow, namesOf, podsReached } from "./probing.ts";

/** The code of the error that something ends with; undefined where it ends well. */
const codeOf = (running: Promise<unknown>) =>
  running.then(
    () => undefined,
    (error: { readonly code?: string }) => error.code,
  );

export function workloadCases(ground: Ground): void {
  describe("workloads", () => {
    let namespace = "";
    let client: Running;

    /** A server of its own behind a Service of its own, so that no case stands on what another left. */
    async function served(name: string, replicas = 1): Promise<readonly Running[]> {
      await ground.applied(account(namespace, name));
      await ground.applied(deployment(ground.image, namespace, name, { replicas }));
      await ground.applied(service(namespace, name, name, [{ port: 80, targetPort: 8080 }]));
      const servers = await ground.running(namespace, name, replicas);
      await ground.eventually(() => classNow(client.agent, name, 80)).toBe("OK");
      return servers;
    }

    const reached = (name: string) => podsReached(client.agent, name, 80);

    beforeAll(async () => {
      namespace = await ground.namespace();
      await ground.applied(account(namespace, "a"));
      await ground.applied(deployment(ground.image, namespace, "a"));
      client = only(await ground.running(namespace, "a", 1));
    });

    it("a Deployment says when it is rolled out, and makes pods by its template", async () => {
      await served("rolled", 2);
      const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "rolled" };
      await ground.eventually(async () => rollout(await ground.cluster.get(ref))).toMatchObject({ done: true });
      const labels = { [WORKLOAD_LABEL]: "rolled" };
      const pods = await ground.cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels });
      expect(pods).toHaveLength(2);
      for (const pod of pods)
        expect(pod).toMatchObject({
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: expect.stringMatching(/^rolled-/), labels },
          spec: { serviceAccountName: "rolled", containers: [{ name: "workload" }] },
          status: { phase: "Running", podIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) },
        });
      const addresses = pods.map((pod) => (pod.status as { readonly podIP: string }).podIP);
      expect(new Set(addresses).size).toBe(2);
    });

    it("a pod that is deleted is replaced by one of another name and address, which the Service leads to", async () => {
      const old = only(await served("restarted"));
      const ref = { apiVersion: "v1", kind: "Pod", namespace, name: old.pod };
      await ground.cluster.delete(ref, { graceSeconds: 1 });
      const fresh = only(await ground.running(namespace, "restarted", 1, [old.pod]));
      expect(fresh.pod).not.toBe(old.pod);
      expect(fresh.ip).not.toBe(old.ip);
      expect(await fresh.agent.health()).toMatchObject({
        ok: true,
        identity: { pod: fresh.pod, workload: "restarted" },
      });
      await ground.eventually(() => reached("restarted")).toEqual([fresh.pod]);
      await ground.eventually(() => ground.cluster.get(ref)).toBeUndefined();
      await ground.eventually(() => codeOf(old.agent.health())).toBe("agent-lost");
      await expect(old.agent.probe(batchTo("restarted", 80))).rejects.toMatchObject({ code: "agent-lost" });
      await ground.eventually(() => classNow(client.agent, old.ip, 8080)).not.toBe("OK");
    });

    it("a Deployment of no replicas has no pods, and has them again when it is scaled back", async () => {
      const before = only(await served("scaled"));
      await ground.applied(deployment(ground.image, namespace, "scaled", { replicas: 0 }));
      expect(await ground.running(namespace, "scaled", 0)).toEqual([]);
      await ground
        .eventually(() => classNow(client.agent, "scaled", 80), REFUSAL_INTERVAL_MS)
        .toBe("CONNECTION_REFUSED");
      await ground.applied(deployment(ground.image, namespace, "scaled", { replicas: 2 }));
      const after = await ground.running(namespace, "scaled", 2);
      expect(after.map(({ pod }) => pod)).not.toContain(before.pod);
      await ground.eventually(() => reached("scaled")).toEqual(namesOf(after));
    });

    it("scaling up leaves the pods that there are", async () => {
      const before = only(await served("grown"));
      await ground.applied(deployment(ground.image, namespace, "grown", { replicas: 2 }));
      const after = await ground.running(namespace, "grown", 2);
      expect(after.map(({ pod, ip }) => `${pod} ${ip}`)).toContain(`${before.pod} ${before.ip}`);
      expect((await before.agent.health()).ok).toBe(true);
    });

    it("another ServiceAccount in the template means new pods under it", async () => {
      const old = only(await served("moved"));
      await ground.applied(account(namespace, "other"));
      await ground.applied(deployment(ground.image, namespace, "moved", { account: "other" }));
      const fresh = only(await ground.running(namespace, "moved", 1, [old.pod]));
      expect((await fresh.agent.health()).identity).toEqual({ pod: fresh.pod, account: "other", workload: "moved" });
      await ground.eventually(() => reached("moved")).toEqual([fresh.pod]);
      const [seen] = await client.agent.probe(batchTo("moved", 80));
      expect(seen?.server?.account).toBe("other");
      await ground.eventually(() => codeOf(old.agent.health())).toBe("agent-lost");
    });

    it("a Deployment that is deleted takes its pods along", async () => {
      await served("removed");
      await ground.cluster.delete({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "removed" });
      expect(await ground.running(namespace, "removed", 0)).toEqual([]);
      await ground
        .eventually(() => classNow(client.agent, "removed", 80), REFUSAL_INTERVAL_MS)
        .toBe("CONNECTION_REFUSED");
    });

    it("a namespace that is deleted takes everything along, and can be made again", async () => {
      const doomed = await ground.namespace();
      await ground.applied(account(doomed, "d"));
      await ground.applied(deployment(ground.image, doomed, "d"));
      await ground.applied(service(doomed, "d", "d", [{ port: 80, targetPort: 8080 }]));
      const object = widget(doomed, "inside", { size: 1 });
      await ground.applied(object);
      const lost = only(await ground.running(doomed, "d", 1));

      const ref = { apiVersion: "v1", kind: "Namespace", name: doomed };
      await ground.cluster.delete(ref);
      await ground.eventually(() => ground.cluster.get(ref)).toBeUndefined();
      for (const [apiVersion, kind] of [
        ["v1", "Pod"],
        ["v1", "Service"],
        ["v1", "ServiceAccount"],
        ["apps/v1", "Deployment"],
        [NEW, "Widget"],
      ] as const)
        expect(await ground.cluster.list({ apiVersion, kind, namespace: doomed })).toEqual([]);
      expect(await ground.cluster.get({ apiVersion: NEW, kind: "Widget", namespace: doomed, name: "inside" })).toBe(
        undefined,
      );
      await ground.eventually(() => codeOf(lost.agent.health())).toBe("agent-lost");
      await ground.eventually(() => client.agent.resolve(`d.${doomed}.svc.cluster.local`)).toEqual([]);

      await ground.applied({ apiVersion: "v1", kind: "Namespace", metadata: { name: doomed } });
      expect(await ground.cluster.list({ apiVersion: NEW, kind: "Widget", namespace: doomed })).toEqual([]);
      await ground.applied(object);
    });
  });
}
