import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { configMap, emptyServer, must, namespace, noted, refTo, told } from "./ground.ts";

const server = () => {
  const api = emptyServer();
  must(api.create(namespace("n")));
  return api;
};

const deployment = (change: object = {}): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d", namespace: "n" },
  spec: {
    selector: { matchLabels: { app: "d" } },
    template: { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "c", image: "i" }] } },
    ...change,
  },
});

const service = (spec: object, name = "s"): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "n" },
  spec,
});

describe("an object that is created", () => {
  it("gets what the server adds, and is read back as it was answered", () => {
    const api = server();
    const stored = must(api.create(configMap("a", { k: "v" }, { labels: { x: "1" }, annotations: {} })));
    expect(stored).toEqual({
      ...configMap("a", { k: "v" }),
      metadata: {
        name: "a",
        namespace: "n",
        labels: { x: "1" },
        uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: "2026-01-02T03:04:05Z",
      },
    });
    expect(api.get(refTo("v1", "ConfigMap", "a"))).toBe(stored);
  });

  it("is the server's own: neither what was sent nor what is read can change it", () => {
    const api = server();
    const sent = configMap("a", { list: [1] });
    const stored = must(api.create(sent));
    (sent.data as { list: number[] }).list.push(2);
    expect(api.get(refTo("v1", "ConfigMap", "a"))?.data).toEqual({ list: [1] });
    expect(() => (stored.data as { list: number[] }).list.push(2)).toThrow(TypeError);
  });

  it("has a uid and a resourceVersion of its own, the latter counting up over all kinds", () => {
    const api = server();
    const made = [must(api.create(configMap("a"))), must(api.create(namespace("m"))), must(api.create(configMap("b")))];
    const versions = made.map(({ metadata }) => Number(metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((x, y) => x - y));
    expect(new Set(made.map(({ metadata }) => metadata.uid)).size).toBe(3);
  });

  it("may leave its name to the server", () => {
    const api = server();
    const { name: _, ...metadata } = configMap("").metadata;
    const sent = { ...configMap(""), metadata: { ...metadata, generateName: "made-" } } as unknown as KubernetesObject;
    const names = [1, 2].map(() => must(api.create(sent)).metadata.name);
    expect(names).toEqual([expect.stringMatching(/^made-[a-z0-9]{5}$/), expect.stringMatching(/^made-[a-z0-9]{5}$/)]);
    expect(names[0]).not.toBe(names[1]);
  });

  it.each<[string, KubernetesObject, string | RegExp]>([
    ["whose name is taken", configMap("there"), '409 AlreadyExists: configmaps "there" already exists'],
    ["whose namespace is taken", namespace("n"), '409 AlreadyExists: namespaces "n" already exists'],
    ["of a group, whose name is taken", deployment(), '409 AlreadyExists: deployments.apps "d" already exists'],
    [
      "in a namespace that is not there",
      configMap("a", {}, { namespace: "none" }),
      '404 NotFound: namespaces "none" not found',
    ],
    [
      "of a kind that is not known",
      { ...configMap("a"), kind: "Nonsense" },
      "404 NotFound: the server could not find the requested resource",
    ],
    [
      "of a version that is not served",
      { ...deployment(), apiVersion: "apps/v1beta1" },
      "404 NotFound: the server could not find the requested resource",
    ],
    [
      "without a name",
      configMap(""),
      '422 Invalid: ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      "of a name that is none",
      configMap("Upper_Case"),
      /^422 Invalid: ConfigMap "Upper_Case" is invalid: metadata.name: Invalid value: "Upper_Case": a lowercase RFC 1123 subdomain must/,
    ],
    [
      "of a name that is too long",
      service({ ports: [{ port: 1 }] }, "x".repeat(64)),
      /metadata.name: Invalid value: "x+": must be no more than 63 bytes$/,
    ],
    ["that is a namespace with a dot", namespace("a.b"), /a lowercase RFC 1123 label must consist/],
    ["that is a Service with a digit first", service({ ports: [{ port: 1 }] }, "1a"), /a DNS-1035 label must consist/],
    [
      "with a label that is none",
      configMap("a", {}, { labels: { x: "a b" } }),
      /metadata.labels: Invalid value: "a b": a valid label must/,
    ],
    [
      "with a label's key that is none",
      configMap("a", {}, { labels: { "a/b/c": "" } }),
      /metadata.labels: Invalid value: "a\/b\/c": name part/,
    ],
  ])("is refused: one %s", (_, object, refusal) => {
    const api = server();
    must(api.create(configMap("there")));
    must(api.create(deployment()));
    const answer = told(api.create(object));
    if (typeof refusal === "string") expect(answer).toBe(refusal);
    else expect(answer).toMatch(refusal);
    expect(told(api.create(object, { dryRun: true }))).toBe(answer);
  });

  it("is not stored by a dry run, and tells no watcher", () => {
    const api = server();
    const { lines } = noted(api, { apiVersion: "v1", kind: "ConfigMap" });
    const before = must(api.create(configMap("a"))).metadata.resourceVersion;
    lines();
    expect(must(api.create(configMap("b", { k: 1 }), { dryRun: true })).data).toEqual({ k: 1 });
    expect(must(api.apply(configMap("a", { k: 1 }), { dryRun: true })).data).toEqual({ k: 1 });
    expect(must(api.apply(configMap("b"), { dryRun: true })).metadata.name).toBe("b");
    expect(api.get(refTo("v1", "ConfigMap", "b"))).toBeUndefined();
    expect(api.get(refTo("v1", "ConfigMap", "a"))).toMatchObject({ data: {}, metadata: { resourceVersion: before } });
    expect(lines()).toEqual([]);
  });
});

describe("built-in kinds", () => {
  it.each<[string, KubernetesObject, RegExp]>([
    [
      "a Deployment without a selector",
      deployment({ selector: undefined }),
      /"d" is invalid: spec.selector: Required value$/,
    ],
    [
      "a Deployment whose selector misses its template",
      deployment({ selector: { matchLabels: { app: "other" } } }),
      /^422 Invalid: Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: \{"app":"d"\}: `selector` does not match template `labels`$/,
    ],
    [
      "a Deployment without containers",
      deployment({ template: { metadata: { labels: { app: "d" } }, spec: {} } }),
      /spec.template.spec.containers: Required value$/,
    ],
    ["a Service without ports", service({}), /^422 Invalid: Service "s" is invalid: spec.ports: Required value$/],
    [
      "a Service's port out of range",
      service({ ports: [{ port: 0, targetPort: 1 }] }),
      /spec.ports\[0\].port: Invalid value: 0: must be between 1 and 65535, inclusive$/,
    ],
    [
      "several ports of a Service without names, and one twice",
      service({ ports: [{ port: 1 }, { port: 1, name: "b" }] }),
      /is invalid: \[spec.ports\[0\].name: Required value, spec.ports\[1\]: Duplicate value: \{"protocol":"TCP","port":1\}\]$/,
    ],
    [
      "a Pod without containers",
      { ...service({}), kind: "Pod" },
      /^422 Invalid: Pod "s" is invalid: spec.containers: Required value$/,
    ],
  ])("refuse %s", (_, object, refusal) => {
    expect(told(server().create(object))).toMatch(refusal);
  });

  it("keep a Deployment's selector as it was made", () => {
    const api = server();
    must(api.apply(deployment()));
    const other = deployment({
      selector: { matchLabels: { app: "e" } },
      template: { metadata: { labels: { app: "e" } }, spec: { containers: [{ name: "c", image: "i" }] } },
    });
    expect(told(api.apply(other))).toMatch(/spec.selector: Invalid value: .*: field is immutable$/);
  });

  it("fill in what others read", () => {
    const api = server();
    expect(must(api.create(deployment())).spec).toMatchObject({ replicas: 1 });
    expect(must(api.create(service({ ports: [{ port: 80 }] }))).spec).toMatchObject({
      type: "ClusterIP",
      ports: [{ port: 80, targetPort: 80, protocol: "TCP" }],
    });
    const pod = must(api.create({ ...service({ containers: [{ name: "c" }] }), kind: "Pod" }));
    expect(pod).toMatchObject({ spec: { serviceAccountName: "default" }, status: { phase: "Pending" } });
    expect(api.get({ apiVersion: "v1", kind: "Namespace", name: "n" })).toMatchObject({
      metadata: { labels: { "kubernetes.io/metadata.name": "n" } },
      status: { phase: "Active" },
    });
    expect(api.list({ apiVersion: "v1", kind: "Namespace" }).map(({ metadata }) => metadata.name)).toEqual([
      "default",
      "kube-node-lease",
      "kube-public",
      "kube-system",
      "n",
    ]);
  });

  it("give a new Service an address, unless it is headless, external or brings its own, and never another", () => {
    let given = 0;
    const api = emptyServer({}, () => `10.0.0.${++given}`);
    must(api.create(namespace("n")));
    const ports = [{ port: 80 }];
    const address = (object: KubernetesObject) => (must(api.apply(object)).spec as { clusterIP?: string }).clusterIP;
    must(api.create(service({ ports }), { dryRun: true }));
    expect(address(service({ ports }))).toBe("10.0.0.1");
    expect(address(service({ ports: [{ port: 81 }] }))).toBe("10.0.0.1");
    expect(address(service({ clusterIP: "None" }, "headless"))).toBe("None");
    expect(address(service({ type: "ExternalName", externalName: "x" }, "external"))).toBeUndefined();
    expect(address(service({ ports, clusterIP: "10.9.9.9" }, "own"))).toBe("10.9.9.9");
    expect(given).toBe(1);
    expect(told(api.apply(service({ ports, clusterIP: "10.0.0.7" })))).toMatch(
      /spec.clusterIPs\[0\].*may not change once set$/,
    );
  });

  it("count a generation by changes of spec alone", () => {
    const api = server();
    const ref = refTo("apps/v1", "Deployment", "d");
    const generation = () => api.get(ref)?.metadata.generation;
    must(api.apply(deployment()));
    expect(generation()).toBe(1);
    must(api.apply({ ...deployment(), metadata: { name: "d", namespace: "n", labels: { x: "1" } } }));
    api.setStatus(ref, { readyReplicas: 1 });
    expect(generation()).toBe(1);
    must(api.apply(deployment({ replicas: 2 })));
    expect(generation()).toBe(2);
    expect(must(api.create(configMap("a"))).metadata.generation).toBeUndefined();
  });
});

describe("a status", () => {
  const ref = refTo("apps/v1", "Deployment", "d");

  it("is the controller's: create and apply neither set nor remove it", () => {
    const api = server();
    must(api.create({ ...deployment(), status: { readyReplicas: 9 } }));
    expect(api.get(ref)?.status).toBeUndefined();
    api.setStatus(ref, { readyReplicas: 1 });
    must(api.apply({ ...deployment({ replicas: 3 }), status: { readyReplicas: 9 } }));
    expect(api.get(ref)).toMatchObject({ spec: { replicas: 3 }, status: { readyReplicas: 1 } });
  });

  it("tells watchers when it changes, and only then", () => {
    const api = server();
    must(api.create(deployment()));
    const { lines } = noted(api, { apiVersion: "apps/v1", kind: "Deployment" });
    lines();
    api.setStatus(ref, { readyReplicas: 1 });
    api.setStatus(ref, { readyReplicas: 1 });
    expect(lines()).toEqual(["MODIFIED d"]);
  });

  it("of an object that is gone changes nothing", () => {
    const api = server();
    api.setStatus(ref, { readyReplicas: 1 });
    expect(api.get(ref)).toBeUndefined();
  });
});

describe("objects that are listed", () => {
  it("are those of a namespace and its labels, sorted by name", () => {
    const api = server();
    must(api.create(namespace("m")));
    for (const [name, ns, x] of [
      ["c", "n", "1"],
      ["a", "n", "1"],
      ["b", "n", "2"],
      ["a", "m", "1"],
    ])
      must(api.create(configMap(name ?? "", {}, { namespace: ns, labels: { x, y: "z" } })));
    const names = (query: object) =>
      api
        .list({ apiVersion: "v1", kind: "ConfigMap", ...query })
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names({})).toEqual(["m/a", "n/a", "n/b", "n/c"]);
    expect(names({ namespace: "n", labels: { x: "1" } })).toEqual(["n/a", "n/c"]);
    expect(names({ labels: { x: "1", y: "other" } })).toEqual([]);
    expect(names({ namespace: "none" })).toEqual([]);
    expect(api.list({ apiVersion: "v2", kind: "ConfigMap" })).toEqual([]);
  });
});

describe("a deletion", () => {
  it("of what is not there is no error", () => {
    const api = server();
    api.delete(refTo("v1", "ConfigMap", "none"));
    api.delete(refTo("v1", "Nonsense", "none"));
    expect(api.list({ apiVersion: "v1", kind: "ConfigMap" })).toEqual([]);
  });

  it("of a namespace takes everything in it, and nothing can be made there while that is told of", () => {
    const api = server();
    must(api.create(namespace("m")));
    must(api.create(configMap("a")));
    must(api.create(configMap("b", {}, { namespace: "m" })));
    must(api.create(deployment()));
    const seen: string[] = [];
    api.watch({ apiVersion: "v1", kind: "ConfigMap" }, ({ type, object }) => {
      if (type === "DELETED") seen.push(`${object.metadata.name}: ${told(api.create(configMap("again")))}`);
    });
    const namespaces = noted(api, { apiVersion: "v1", kind: "Namespace" });
    namespaces.lines();
    api.delete({ apiVersion: "v1", kind: "Namespace", name: "n" });
    expect(seen).toEqual(['a: 404 NotFound: namespaces "n" not found']);
    expect(namespaces.lines()).toEqual(["DELETED n"]);
    expect(api.get(refTo("apps/v1", "Deployment", "d"))).toBeUndefined();
    expect(api.list({ apiVersion: "v1", kind: "ConfigMap" }).map((o) => o.metadata.name)).toEqual(["b"]);
    must(api.create(namespace("n")));
    must(api.create(configMap("a")));
  });

  it("takes along what the object owns, and what that owns", () => {
    const api = server();
    const ownedBy = (owner: KubernetesObject) => ({
      ownerReferences: [
        { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid },
      ],
    });
    const owner = must(api.create(deployment()));
    const child = must(api.create(configMap("child", {}, ownedBy(owner))));
    must(api.create(configMap("grandchild", {}, ownedBy(child))));
    must(api.create(configMap("stranger")));
    api.delete(refTo("apps/v1", "Deployment", "d"));
    expect(api.list({ apiVersion: "v1", kind: "ConfigMap" }).map((o) => o.metadata.name)).toEqual(["stranger"]);
  });

  it("forgets what was applied: an object of the same name is another one", () => {
    const api = server();
    const first = must(api.apply(configMap("a", { k: 1 })));
    api.delete(refTo("v1", "ConfigMap", "a"));
    const second = must(api.apply(configMap("a", { l: 1 })));
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    expect(second.data).toEqual({ l: 1 });
  });
});
