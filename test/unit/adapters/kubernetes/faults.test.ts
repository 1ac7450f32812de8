import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCluster } from "../../../../src/adapters/kubernetes/cluster.ts";
import type { Agent, Cluster, WatchEvent } from "../../../../src/ports.ts";
import { type ApiFault, type ExecFault, type FakeApiServer, frame, startApiServer } from "../../../fakes/api-server.ts";

/** Milliseconds that a deadline of any length takes here. */
const SHORT_MS = 400;
const clock = { deadline: (ms: number) => AbortSignal.timeout(Math.min(ms, SHORT_MS)) };
/** A flood is ended by its size, however slow the machine: its deadline must not come first. */
const patient = { deadline: (ms: number) => AbortSignal.timeout(ms * 6) };

let server: FakeApiServer;
beforeEach(async () => {
  server = await startApiServer();
});
afterEach(() => server.close());

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" } };
const ref = { apiVersion: "v1", kind: "Pod", name: "p", namespace: "n" };
const ignore = () => {};

const calls: Readonly<Record<string, (cluster: Cluster) => Promise<unknown>>> = {
  version: (cluster) => cluster.version(),
  get: (cluster) => cluster.get(ref),
  list: (cluster) => cluster.list({ apiVersion: "v1", kind: "Pod" }),
  create: (cluster) => cluster.create(pod),
  apply: (cluster) => cluster.apply(pod),
  delete: (cluster) => cluster.delete(ref),
  discover: (cluster) => cluster.discover("split.smi-spec.io"),
  watch: (cluster) => cluster.watch({ apiVersion: "v1", kind: "Pod" }, ignore, new AbortController().signal, ignore),
};

const faults: readonly (readonly [name: string, fault: ApiFault, words: RegExp])[] = [
  ["stalls", "stall", /gave no answer within/],
  ["resets the connection", "reset", /answered: .*(fetch failed|other side closed|ECONNRESET)/],
  ["answers half", "half", /answered: /],
  ["drips", "drip", /gave no answer within/],
  ["answers 401", { status: 401 }, /HTTP 401/],
  ["answers 429", { status: 429 }, /HTTP 429 as told/],
  ["answers 500", { status: 500 }, /HTTP 500 as told/],
];

describe.each(faults)("an API server that %s", (_, fault, words) => {
  it.each(Object.keys(calls))("is out of reach for %s", async (name) => {
    server.fault = { at: "/", is: fault };
    const start = performance.now();
    await expect(calls[name]?.(createCluster(server.config, clock))).rejects.toMatchObject({
      name: "InfrastructureError",
      code: "cluster-unreachable",
      message: expect.stringMatching(words),
    });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

it.each(["get", "create", "delete"])("that stalls at discovery is no absent kind for %s", async (name) => {
  server.fault = { at: "/api/v1", is: "stall" };
  await expect(calls[name]?.(createCluster(server.config, clock))).rejects.toThrow(/gave .*no answer within/);
});

it("that floods is ended by the size of its answer", async () => {
  server.fault = { at: "/", is: "flood" };
  await expect(createCluster(server.config, patient).version()).rejects.toMatchObject({ code: "cluster-unreachable" });
});

const wrong: readonly (readonly [call: string, at: string, body: unknown])[] = [
  ["version", "/version", { gitVersion: 5 }],
  ["version", "/version", []],
  ["version", "/version", { gitVersion: "v".repeat(1_000) }],
  ["version", "/version", "v1"],
  ["list", "/pods", {}],
  ["list", "/pods", { items: 5 }],
  ["list", "/pods", { items: [null] }],
  ["list", "/pods", { metadata: { continue: "more" }, items: [] }],
  ["list", "/api/v1", { resources: 5 }],
  ["get", "/pods/p", { metadata: 5 }],
  ["get", "/pods/p", []],
  ["create", "/namespaces/n/pods", { kind: "Pod" }],
  ["discover", "/apis", { groups: 5 }],
  ["discover", "/apis", { groups: [{ name: "split.smi-spec.io", versions: 1 }] }],
  ["discover", "/apis", { groups: [{ name: "split.smi-spec.io", versions: [{ version: {} }] }] }],
  ["watch", "/pods", { items: "many" }],
];

it.each(wrong)("a wrong type is an error of the cluster's: %s, %s, %j", async (call, at, body) => {
  server.fault = { at, is: { body } };
  await expect(calls[call]?.(createCluster(server.config, clock))).rejects.toMatchObject({
    name: "InfrastructureError",
    code: "cluster-unreachable",
  });
});

describe("a watch", () => {
  const lostBy = async (is: ApiFault) => {
    server.fault = { at: "watch=true", is };
    const events: WatchEvent[] = [];
    const lost = new Promise<Error>((resolve) => {
      const watched = createCluster(server.config, clock).watch(
        { apiVersion: "v1", kind: "Pod" },
        (event) => events.push(event),
        new AbortController().signal,
        resolve,
      );
      watched.catch(resolve);
    });
    return { error: await lost, events };
  };

  it.each<[string, ApiFault]>([
    ["is reset", "reset"],
    ["is answered 410", { status: 410 }],
    ["says 410", { body: { type: "ERROR", object: { kind: "Status", code: 410 } } }],
    ["brings something else than an object", { body: { type: "ADDED", object: 5 } }],
    ["ends", { body: {} }],
  ])("is lost where it %s", async (_, is) => {
    const { error, events } = await lostBy(is);
    expect(error).toBeInstanceOf(Error);
    expect(events.map(({ type }) => type)).toEqual(["ADDED"]);
  });
});

describe("an exec session", () => {
  const open = (time = clock, run?: AbortSignal) =>
    createCluster(server.config, time, run).agent({ namespace: "n", name: "p", container: "c" });
  /** The error of the opening or, where that is well, of the first question. */
  const failure = async (exec: ExecFault, ask: (agent: Agent) => Promise<unknown> = (agent) => agent.health()) => {
    server.exec = exec;
    return open()
      .then(ask)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
  };

  it.each<[string, ExecFault, RegExp]>([
    ["is refused", "refused", /could not be opened/],
    ["is never upgraded", "no-upgrade", /could not be opened: /],
    ["says nothing", "silent", /health: no answer within/],
    ["dies", "dies", /the connection closed/],
    ["is closed", "close-frame", /the connection closed|health: no answer/],
    ["prints without end", "floods", /a line of more than|health: no answer/],
    ["sends what is no JSON", { send: [frame(1, "hello\n")] }, /no reply/],
    ["sends no reply", { send: [frame(1, "[]\n")] }, /no reply/],
    ["answers what was not asked", { send: [frame(1, '{"seq":9,"ok":true}\n')] }, /answer to question 9/],
    ["ends its output and goes on", { send: [frame(3, "{}"), frame(1, "x\n")] }, /ended/],
    ["has a status that is no JSON", { send: [frame(3, "{")] }, /none of the protocol's/],
    ["speaks on a channel that does not exist", { send: [frame(9, "x")] }, /none of the protocol's/],
    ["sends an empty message", { send: [Buffer.from([0x82, 0])] }, /none of the protocol's/],
    ["closes the output of this process", { send: [frame(255, "\u0001")] }, /no answer|ended/],
  ])("that %s is lost", async (_, exec, words) => {
    expect(await failure(exec)).toMatchObject({
      name: "InfrastructureError",
      code: "agent-lost",
      message: expect.stringMatching(words),
    });
    expect(process.stdout.writableEnded).toBe(false);
  });

  it.each<[string, (agent: Agent) => Promise<unknown>, unknown]>([
    ["health", (agent) => agent.health(), { ok: "yes" }],
    ["resolve", (agent) => agent.resolve("x"), [5]],
    ["arrivals", (agent) => agent.arrivals("x"), { shapes: [], rows: [0, "1", 2] }],
    ["arrivals", (agent) => agent.arrivals("x"), null],
    ["arrivals", (agent) => agent.arrivals("x"), { shapes: 5, rows: 5 }],
  ])("that answers %s with something else is no agent", async (_, ask, result) => {
    const sent = frame(1, `${JSON.stringify({ seq: 1, ok: true, result })}\n`);
    server.exec = "silent";
    const agent = await open(patient);
    const answer = ask(agent);
    // It is asked first, or the reply would be to nothing.
    for (const socket of server.execs) socket.write(sent);
    await expect(answer).rejects.toMatchObject({ code: "agent-lost" });
  });
});

describe("a stopped run", () => {
  it.each(Object.keys(calls))("gives up %s at once", async (name) => {
    server.fault = { at: "/", is: "stall" };
    const run = new AbortController();
    const asked = calls[name]?.(createCluster(server.config, patient, run.signal));
    await pause(50);
    const start = performance.now();
    run.abort(new Error("stopped"));
    await expect(asked).rejects.toMatchObject({ code: "cluster-unreachable" });
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it.each<ExecFault>(["no-upgrade", "silent"])("gives up an exec session: %s", async (exec) => {
    server.exec = exec;
    const run = new AbortController();
    const asked = createCluster(server.config, patient, run.signal)
      .agent({ namespace: "n", name: "p", container: "c" })
      .then((agent) => agent.arrivals("x"));
    await pause(50);
    run.abort(new Error("stopped"));
    await expect(asked).rejects.toMatchObject({ code: "agent-lost" });
  });

  it("has one deadline for all that it still asks", async () => {
    const run = AbortSignal.abort(new Error("stopped"));
    const cluster = createCluster(server.config, clock, run);
    expect(await cluster.version()).toBe("v1.34.4");
    server.fault = { at: "/", is: "stall" };
    const start = performance.now();
    for (const name of ["version", "list", "get", "delete"])
      await expect(calls[name]?.(cluster)).rejects.toThrow(/run's end/);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
