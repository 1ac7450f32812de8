/** Finds what would let an assertion pass whatever the mesh does. */
import { type Assertion, isProbe } from "./assertion.ts";
import { describeProbe, sameDoor } from "./expectation.ts";
import { sameExchange } from "./probe-key.ts";

export interface Mistake {
  /** Where in the file, as keys and indexes. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Finds what would let an assertion pass for nothing: a refusal that no success frames (server-alive or policy-flip), a success that an open
 * mesh would give as well, a control that is claimed and not there. An assertion with one of these is not loaded.
 */
export function lintAssertion(assertion: Assertion): readonly Mistake[] {
  const found: Mistake[] = [];
  const all = assertion.phases.flatMap((phase, p) =>
    phase.expect.map((e, x) => ({ e, phase, path: ["phases", p, "expect", x] as const })),
  );
  const probes = all.flatMap((entry) => (isProbe(entry.e) ? [{ ...entry, e: entry.e }] : []));
  const judged = all.filter(({ e }) => !("is" in e && e.is === "recorded"));
  if (
    assertion.observed !== true &&
    !judged.some(({ e, phase }) => phase.control === undefined && !("control" in e && e.control !== undefined))
  )
    found.push({ path: ["phases"], message: "nothing here can fail: every expectation is recorded or a control" });
  if (assertion.unless !== undefined && (assertion.level === "MUST" || assertion.level === "SHOULD"))
    found.push({
      path: ["unless"],
      message: `what the specification says flatly (${assertion.level}) is no matter of reading`,
    });
  for (const { e, phase, path } of probes) {
    if (e.is !== "refused") continue;
    const sibling = phase.expect.some((o) => isProbe(o) && o.is === "ok" && sameDoor(o, e));
    const flips = probes.some((o) => o.e.is === "ok" && o.phase !== phase && sameExchange(o.e, e));
    if (!sibling && !flips)
      found.push({
        path,
        message: `nothing shows that "${describeProbe(e)}" is refused by policy: add an allowed probe of the same service and port to this phase (server-alive), or a phase in which this very probe is ok (policy-flip)`,
      });
  }
  for (const { e, path } of all) {
    if ("submit" in e && e.is === "rejected-or-ignored" && (e.staysRefused === undefined || e.marker === undefined))
      found.push({
        path: [...path, "submit"],
        message:
          "nothing tells when the mesh has taken this object in: name the probe that it must not open (staysRefused), and what follows it and shows (marker)",
      });
  }
  const allows = probes.filter(({ e }) => e.is === "ok");
  const refusals = probes.filter(({ e }) => e.is === "refused");
  if (allows.length > 0 && refusals.length === 0 && assertion.spec !== "traffic-split" && assertion.observed !== true)
    found.push({
      path: ["phases"],
      message: "a mesh that allows everything would pass: add a denied sibling (sibling-refused)",
    });
  for (const { e, path } of all) {
    if ("requests" in e && !Object.values(e.reach).some((w) => w === "some" || (typeof w === "number" && w > 0)))
      found.push({
        path: [...path, "reach"],
        message: "no backend is to be reached: give one a weight above 0, or some",
      });
  }
  const realised: Partial<Record<string, boolean>> = {
    "server-alive": probes.some(({ e }) => e.is === "refused"),
    "policy-flip": all.some(
      ({ e, phase }) => phase.control === "policy-flip" || ("control" in e && e.control === "policy-flip"),
    ),
    "arrivals-agree": probes.length > 0,
    "sibling-refused": refusals.length > 0,
    "all-accounted-for": all.some(({ e }) => "requests" in e),
    "backends-reachable": all.some(({ e }) => "requests" in e),
    "stored-as-sent": assertion.phases.some((phase) => phase.apply !== undefined),
    // Quiet counters belong to Traffic Metrics, which no assertion measures yet.
    "quiet-before": false,
    "valid-variant-accepted": all.some(({ e }) => "submit" in e && e.validVariant !== undefined),
    "data-plane": all.some(({ e }) => "from" in e && !("is" in e && e.is === "refused")),
  };
  assertion.controls.forEach((control, c) => {
    if (realised[control] === false)
      found.push({
        path: ["controls", c],
        message: `control ${control} is claimed, and no phase or expectation carries it out`,
      });
  });
  return found;
}
