/** The way through one assertion: what ends it, and which controls it has carried out. */
import { describe, expect, it } from "vitest";
import { runAssertion } from "../../../../src/engine/assertion/run-assertion.ts";
import { assertionContext } from "../../../fixtures/assertion-context.ts";
import { answered } from "../../../fixtures/scripted-cell.ts";
import { podOf, tellPods } from "../../../fixtures/told-pods.ts";

const forbidden = { status: 403 };
const ok = { from: "client", to: "server", get: "/", is: "ok" };
const refused = { from: "client", to: "server", get: "/secret", is: "refused" };

/** A mesh that refuses /secret. */
const enforcing = ({ request }: { readonly request: { readonly kind: string; readonly path?: string } }) =>
  request.path === "/secret" ? forbidden : answered;

describe("a run of an assertion", () => {
  it("passes where its expectations and the controls that it claims held", async () => {
    const script = { stages: [[ok, refused]], controls: ["server-alive", "arrivals-agree", "sibling-refused"] };
    const { verdict, findings } = await runAssertion(assertionContext({ ...script, answer: enforcing }));
    expect(verdict).toBe("PASS");
    expect(findings.map(({ control, status }) => [control, status])).toEqual([
      [undefined, "held"],
      [undefined, "held"],
      ["server-alive", "held"],
      ["arrivals-agree", "held"],
      ["sibling-refused", "held"],
    ]);
  });

  it("is INCONCLUSIVE where nothing carried out a control that it claims", async () => {
    const script = { stages: [[ok, refused]], controls: ["all-accounted-for"] };
    const run = await runAssertion(assertionContext({ ...script, answer: enforcing }));
    expect(run).toMatchObject({ verdict: "INCONCLUSIVE" });
    expect(run.reason).toContain("control all-accounted-for is carried out");
  });

  it.each([
    ["a server did not note what it answered", { notes: false }, "arrivals-agree"],
    ["the server is not alive", { alive: false }, "server-alive"],
  ])("is INCONCLUSIVE where %s", async (_, given, control) => {
    const script = { stages: [[ok, refused]] };
    const run = await runAssertion(assertionContext({ ...script, answer: enforcing, ...given }));
    expect(run.verdict).toBe("INCONCLUSIVE");
    expect(run.findings).toContainEqual(expect.objectContaining({ control, status: "unknown" }));
  });

  it("fails where the mesh lets through what must be refused, whatever its controls", async () => {
    const script = { stages: [[ok, refused]], controls: ["all-accounted-for"] };
    const run = await runAssertion(assertionContext(script));
    expect(run.verdict).toBe("FAIL");
    expect(run.findings).toContainEqual(expect.objectContaining({ control: "sibling-refused", status: "unknown" }));
  });

  it("ends with the phase in which something is violated", async () => {
    const script = { stages: [[ok, refused], [ok]] };
    const { findings } = await runAssertion(assertionContext(script));
    expect(new Set(findings.map(({ phase }) => phase))).toEqual(new Set(["p0"]));
  });

  it("goes on after what is only unclear", async () => {
    const script = { stages: [{ expect: [{ ...refused, get: "/slow" }] }, [ok, refused]] };
    const answer = (batch: Parameters<typeof enforcing>[0]) =>
      batch.request.path === "/slow" ? ({ failure: "timeout" } as const) : enforcing(batch);
    const run = await runAssertion(assertionContext({ ...script, answer }));
    expect(run.verdict).toBe("INCONCLUSIVE");
    expect(new Set(run.findings.map(({ phase }) => phase))).toEqual(new Set(["p0", "p1"]));
  });

  it("fails nothing in a phase that is a control, of whatever kind its expectations are", async () => {
    const told = tellPods([podOf("server-1", true)]);
    const expectations = [{ ready: "server", is: "ok" }, { crd: "TrafficSplit", is: "served" }, refused];
    const script = { stages: [{ control: "policy-flip", expect: expectations }] };
    const cluster = { ...told.cluster, discover: async () => [], get: async () => undefined };
    const { verdict, findings } = await runAssertion(assertionContext({ ...script, cluster }));
    expect(verdict).toBe("INCONCLUSIVE");
    expect(findings.filter(({ status }) => status === "violated").map(({ control }) => control)).toEqual([
      "policy-flip",
      "policy-flip",
    ]);
  });

  it("goes on after a recorded finding that was not as it might have been", async () => {
    const told = tellPods([podOf("server-1", false)]);
    const script = { stages: [{ expect: [{ ready: "server", is: "recorded" }] }, [ok, refused]] };
    const run = await runAssertion(assertionContext({ ...script, cluster: told.cluster, answer: enforcing }));
    expect(run.verdict).toBe("PASS");
    expect(run.findings[0]).toMatchObject({ recorded: true, status: "violated" });
  });
});

describe("a sample", () => {
  const sample = { from: "client", to: "server", get: "/", requests: 20 };

  it("says which backends must be reached, where presence alone is asked for", async () => {
    const script = { stages: [{ expect: [{ ...sample, reach: { server: "some", other: "none" } }] }] };
    const { verdict, findings } = await runAssertion(assertionContext(script));
    expect(verdict).toBe("PASS");
    expect(findings.find(({ control }) => control === undefined)).toMatchObject({
      statement: "client -> server GET / reaches server: some, other: none",
      expected: "server at least 1, other 0",
      observed: "server 20, other 0 of 20",
    });
  });

  it("is not taken where a backend does not answer by its own name", async () => {
    const script = { stages: [{ expect: [{ ...sample, reach: { server: "some" } }] }] };
    const run = await runAssertion(assertionContext({ ...script, answer: () => ({ failure: "timeout" }) }));
    expect(run.verdict).toBe("INCONCLUSIVE");
    expect(run.findings.map(({ control }) => control)).toEqual(["backends-reachable"]);
  });
});
