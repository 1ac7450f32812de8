/** Every bundled assertion can be read in words, and what it prints as YAML is what the suite would apply. */
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { type Catalogue, readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { type Assertion, appliedBy } from "../../../../src/domain/assertion/assertion.ts";
import type { Fixture } from "../../../../src/domain/assertion/fixture.ts";
import { type AskedVersions, plainBindings, shownVersions } from "../../../../src/domain/assertion/shown-versions.ts";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { kindOf, render } from "../../../../src/domain/smi/render.ts";
import { explainAssertion, explainYaml, stepsWithYaml } from "../../../../src/render/explain/explain.ts";
import { stepsOf } from "../../../../src/render/explain/steps.ts";
import { type Joining, PLAIN_IMAGE, type Subject } from "../../../../src/render/explain/subject.ts";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
});

function subjectOf(assertion: Assertion, asked: AskedVersions = {}, joining?: Joining): Subject {
  const fixture = catalogue.fixtures.get(assertion.fixture) as Fixture;
  const shown = shownVersions(assertion, fixture, asked);
  if ("problem" in shown) throw new Error(shown.problem);
  return { assertion, fixture, versions: shown.versions, joining, image: PLAIN_IMAGE };
}
const subject = (id: string, asked?: AskedVersions, joining?: Joining) =>
  subjectOf(catalogue.assertions.find((a) => a.id === id) as Assertion, asked, joining);

const objectsIn = (yaml: string) =>
  parseAllDocuments(yaml).flatMap((d) => (d as { toJS(): unknown }).toJS() ?? []) as KubernetesObject[];
const named = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;

describe("the words", () => {
  it("are there for every bundled assertion: its clause, cast, steps and controls, and nothing undefined", () => {
    for (const assertion of catalogue.assertions) {
      const shown = subjectOf(assertion);
      const text = explainAssertion(shown);
      const flat = text.replaceAll(/\s+/g, " ");
      expect(flat).toContain(assertion.says);
      for (const name of [...Object.keys(shown.fixture.workloads), ...assertion.controls]) expect(flat).toContain(name);
      for (const step of stepsOf(shown).slice(1))
        for (const sentence of step.sentences) expect(flat).toContain(sentence);
      expect(text).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it("read as sentences", () => {
    const text = explainAssertion(subject("traffic-access/destination-scoped"));
    expect(text.slice(0, text.indexOf("By hand"))).toMatchInlineSnapshot(`
      "traffic-access/destination-scoped
      A TrafficTarget opens its destination and no other

      Clause    A TrafficTarget is about the pods under the ServiceAccount of its destination and about no others.
      Level     MUST: the specification says it flatly
      Basis     traffic-access/v1alpha3 line 96
                https://github.com/servicemeshinterface/smi-spec/blob/cc4babd/apis/traffic-access/v1alpha3/traffic-access.md?plain=1#L96
      Versions  HTTPRouteGroup v1alpha4, TrafficTarget v1alpha3
      Fixture   wide: Two namespaces. In n1 the clients client, other-client, third-client and, outside of the mesh,
                outsider, and the servers server and other-server; in n2 client-in-n2, whose ServiceAccount is
                called client too, and server-in-n2
                - client: a client in n1; ServiceAccount client; behind client (http 8080)
                - other-client: a client in n1; ServiceAccount other-client
                - third-client: a client in n1; ServiceAccount third-client
                - outsider: a client outside of the mesh in n1; ServiceAccount outsider
                - server: a server in n1; ServiceAccount server; behind server (http 8080)
                - other-server: a server in n1; ServiceAccount other-server; behind other-server (http 8080)
                - client-in-n2: a client in n2; ServiceAccount client
                - server-in-n2: a server in n2; ServiceAccount server-in-n2; behind server-in-n2 (http 8080)

      Steps
        1. server alone: apply HTTPRouteGroup everything and TrafficTarget grant.
        2. expect:
           - client to server, GET /: the application answers each.
           - client to other-server, GET /: the mesh refuses each, and none arrives at other-server.
        3. other-server too: apply TrafficTarget grant-other-server.
        4. expect:
           - client to server, GET /: the application answers each (as the control policy-flip).
           - client to other-server, GET /: the application answers each (as the control policy-flip).

      Controls: where one does not hold, the result is INCONCLUSIVE
        server-alive     an allowed request to the same port works before and after
        policy-flip      a minimal grant lets the same request through
        arrivals-agree   the server's log agrees with the client
        sibling-refused  a similar request that must be refused is refused
        stored-as-sent   the object is stored as it was sent

      "
    `);
  });

  it("say what is expected of each kind of expectation", () => {
    const said = (id: string) => stepsOf(subject(id)).flatMap(({ sentences }) => sentences);
    expect(said("resource/target-rule-kinds")).toMatchInlineSnapshot(`
      [
        "namespaces, ServiceAccounts, Services and workloads of the fixture, and what it builds on",
        "TrafficTarget unknown-kind is rejected by the API server, or has no effect. It refers to HTTPRouteGroup everything, applied before. The same object without the fault is accepted by a dry run. While it is there, client to server, GET /: the mesh refuses each. TrafficTarget marker, applied after it, tells when the mesh has taken both in: other-client to server, GET / is answered then",
      ]
    `);
    expect(said("traffic-split/keepalive-still-split")).toMatchInlineSnapshot(`
      [
        "namespaces, ServiceAccounts, Services and workloads of the fixture, and what it builds on",
        "apply TrafficSplit split",
        "client to root, 400 times GET /, all on one connection: v1 gets 265 to 332; v2 gets 68 to 135",
      ]
    `);
    expect(said("lifecycle/serviceaccount-change")).toMatchInlineSnapshot(`
      [
        "namespaces, ServiceAccounts, Services and workloads of the fixture, and what it builds on",
        "apply HTTPRouteGroup everything and TrafficTarget grant",
        "client to server, GET /: the application answers each (as the control policy-flip)",
        "other-client to server, GET /: the mesh refuses each, and none arrives at server",
        "run client under the ServiceAccount other-client",
        "run other-client under the ServiceAccount client",
        "other-client to server, GET /: the application answers each",
        "client to server, GET /: the mesh refuses each, and none arrives at server",
      ]
    `);
    expect(said("traffic-access/server-side-enforcement")).toMatchInlineSnapshot(`
      [
        "namespaces, ServiceAccounts, Services and workloads of the fixture, and what it builds on",
        "apply HTTPRouteGroup everything and TrafficTarget grant",
        "client to server, GET /: the application answers each",
        "other-client to server by the address of its pod, GET /: the mesh refuses each, and none arrives at server",
        "other-client to server by its ClusterIP, GET /: the mesh refuses each, and none arrives at server",
        "other-client to server, GET / with servicename: client: the mesh refuses each, and none arrives at server",
        "other-client to server, GET / with x-forwarded-for: 127.0.0.1: the mesh refuses each, and none arrives at server",
      ]
    `);
  });
});

describe("the YAML", () => {
  it("of a step is what the suite applies there, in the versions shown", () => {
    for (const assertion of catalogue.assertions) {
      const shown = subjectOf(assertion);
      const bindings = plainBindings(shown.fixture);
      const printed = stepsOf(shown)
        .slice(1)
        .flatMap(({ expects, number }) => (expects ? [] : objectsIn(explainYaml(shown, number))));
      const applied = assertion.phases
        .flatMap(appliedBy)
        .map((r) => render(r, { name: shown.versions.get(kindOf(r)) ?? "", storage: true }, bindings));
      expect(printed).toEqual(applied);
    }
  });

  it("of the set-up has all that the fixture needs, and each Service selects the pods of its workloads", () => {
    for (const fixture of catalogue.fixtures.values()) {
      const assertion = catalogue.assertions.find((a) => a.fixture === fixture.id) as Assertion;
      const objects = objectsIn(explainYaml(subjectOf(assertion), 0));
      const names = objects.map(named);
      expect(new Set(names).size).toBe(names.length);
      const of = (kind: string) => objects.filter((o) => o.kind === kind);
      const podsOf = (o: KubernetesObject) =>
        (o.spec as { template: { metadata: { labels: Record<string, string> }; spec: { serviceAccountName: string } } })
          .template;
      for (const deployment of of("Deployment")) {
        const { namespace } = deployment.metadata;
        expect(names).toContain(`ServiceAccount ${namespace}/${podsOf(deployment).spec.serviceAccountName}`);
        expect(names).toContain(`Namespace /${namespace}`);
      }
      for (const { name, selects, in: alias = fixture.namespaces[0] } of fixture.services) {
        const service = of("Service").find(({ metadata }) => metadata.name === name && metadata.namespace === alias);
        const { selector = {} } = (service?.spec ?? {}) as { selector?: Record<string, string> };
        const selected = of("Deployment").filter(
          (d) =>
            d.metadata.namespace === alias &&
            Object.entries(selector).every(([key, value]) => podsOf(d).metadata.labels[key] === value),
        );
        expect(selected.map(({ metadata }) => metadata.name)).toEqual(selects);
      }
    }
  });

  it("is in the newest release that has words for it, or in the versions that are asked for", () => {
    const versions = (id: string, asked?: AskedVersions) => Object.fromEntries(subject(id, asked).versions);
    expect(versions("traffic-access/matches-subset")).toEqual({
      HTTPRouteGroup: "v1alpha4",
      TrafficTarget: "v1alpha3",
    });
    expect(versions("traffic-access/destination-port-a2")).toEqual({
      HTTPRouteGroup: "v1alpha3",
      TrafficTarget: "v1alpha2",
    });
    expect(versions("traffic-split/quantity-weights")).toEqual({
      HTTPRouteGroup: "v1alpha4",
      TrafficTarget: "v1alpha3",
      TrafficSplit: "v1alpha1",
    });
    expect(versions("traffic-access/matches-subset", { "traffic-access": "v1alpha1" })).toMatchObject({
      TrafficTarget: "v1alpha1",
    });
    expect(() => subject("traffic-split/quantity-weights", { "traffic-split": "v1alpha4" })).toThrow(
      "traffic-split/quantity-weights is for traffic-split v1alpha1, and not for v1alpha4",
    );
    expect(() => subject("traffic-split/match-header-hit", { "traffic-specs": "v1alpha1" })).toThrow(
      "traffic-split/match-header-hit is for traffic-specs v1alpha3, v1alpha4, and not for v1alpha1",
    );
  });

  it("joins a mesh as its profile says, but for workloads outside of it", () => {
    const joining: Joining = {
      title: "Toy",
      namespaceLabels: { mesh: "toy" },
      namespaceAnnotations: {},
      podLabels: { proxy: "in" },
      podAnnotations: { inject: "yes" },
      serviceAnnotations: { http: { protocol: "http" } },
      host: "{service}.{namespace}.toy.mesh",
    };
    const shown = subject("traffic-access/unmeshed-client-denied", {}, joining);
    const objects = objectsIn(explainYaml(shown, 0));
    const find = (name: string) => objects.find((o) => named(o) === name);
    expect(find("Namespace /n1")?.metadata.labels).toEqual({ mesh: "toy" });
    expect(find("Service n1/server")?.metadata.annotations).toEqual({ protocol: "http" });
    expect(find("Deployment n1/client")).toMatchObject({
      spec: { template: { metadata: { labels: { app: "client", proxy: "in" }, annotations: { inject: "yes" } } } },
    });
    expect(find("Deployment n1/outsider")).toMatchObject({
      spec: { template: { metadata: { labels: { app: "outsider" } } } },
    });
    expect(explainAssertion(shown)).toContain("smi_http n1 client 20 GET http://server.n1.toy.mesh:8080/");
    expect(explainAssertion(shown)).toContain("smi_http n1 outsider 20 GET http://server.n1.svc.cluster.local:8080/");
  });

  it("has no dry runs, which the words show", () => {
    const shown = subject("resource/match-name-required");
    expect(stepsWithYaml(shown)).toEqual([0, 1]);
    expect(objectsIn(explainYaml(shown, 1)).map(({ spec }) => spec)).toEqual([
      { matches: [{ pathRegex: "/api", methods: ["GET"] }] },
    ]);
    expect(explainAssertion(shown)).toContain("# The valid variant: kubectl apply --dry-run=server");
  });
});
