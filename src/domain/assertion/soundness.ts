/** Finds what would let an assertion pass whatever the mesh does. */
import { isProbe } from "./assertion.ts";
import { type AssertionFile, specOf } from "./assertion-file.ts";
import { describeProbe, sameServicePort } from "./expectation.ts";
import { impliedControls } from "./implied-controls.ts";
import type { Mistake } from "./mistake.ts";
import { type DerivedPhase, phasesOf } from "./phases.ts";
import { sameExchange } from "./probe-key.ts";

/** Every expectation with its phase and its place in the file. */
function expectationsOf(phases: readonly DerivedPhase[]) {
  return phases.flatMap((phase) =>
    phase.expect.map((e, x) => ({ e, phase, path: ["steps", phase.places.expect ?? 0, "expect", x] as const })),
  );
}

type Placed = ReturnType<typeof expectationsOf>[number];

const probesOf = (all: readonly Placed[]) =>
  all.flatMap((entry) => (isProbe(entry.e) ? [{ ...entry, e: entry.e }] : []));

/** A refusal that no success frames, by server-alive or policy-flip: a dead server would give it as well. */
function unframedRefusals(all: readonly Placed[]): readonly Mistake[] {
  const probes = probesOf(all);
  return probes.flatMap(({ e, phase, path }) => {
    if (e.is !== "refused") return [];
    const sibling = phase.expect.some((o) => isProbe(o) && o.is === "ok" && sameServicePort(o, e));
    const flips = probes.some((o) => o.e.is === "ok" && o.phase !== phase && sameExchange(o.e, e));
    if (sibling || flips) return [];
    return [
      {
        path,
        message: `nothing shows that "${describeProbe(e)}" is refused by policy`,
        remedy:
          "Add a probe of the same service and port that is ok to this step (server-alive), or another expect step in which this very probe is ok (policy-flip).",
      },
    ];
  });
}

/** Successes that a mesh which lets everything through would give as well. */
function openToAll(file: AssertionFile, all: readonly Placed[]): readonly Mistake[] {
  const probes = probesOf(all);
  if (specOf(file) === "traffic-split" || file.observed === true) return [];
  if (!probes.some(({ e }) => e.is === "ok") || probes.some(({ e }) => e.is === "refused")) return [];
  return [
    {
      path: ["steps"],
      message: "a mesh that allows everything would pass",
      remedy: "Expect a sibling to be refused: another client, route or port of the same server (sibling-refused).",
    },
  ];
}

function unjudged(file: AssertionFile, all: readonly Placed[]): readonly Mistake[] {
  const canFail = all.some(
    ({ e, phase }) =>
      !("is" in e && e.is === "recorded") &&
      phase.control === undefined &&
      !("control" in e && e.control !== undefined),
  );
  if (file.observed === true || canFail) return [];
  return [
    {
      path: ["steps"],
      message: "nothing here can fail: every expectation is recorded or a control",
      remedy: "Judge something, or write observed: true.",
    },
  ];
}

function incomplete(all: readonly Placed[]): readonly Mistake[] {
  return all.flatMap(({ e, path }): readonly Mistake[] => {
    if ("submit" in e && e.is === "rejected-or-ignored" && (e.staysRefused === undefined || e.marker === undefined))
      return [
        {
          path: [...path, "submit"],
          message: "nothing tells when the mesh has taken this object in",
          remedy:
            "Name the probe that it must not open (staysRefused), and what is applied after it and shows (marker).",
        },
      ];
    if ("requests" in e && !Object.values(e.reach).some((w) => w === "some" || (typeof w === "number" && w > 0)))
      return [
        {
          path: [...path, "reach"],
          message: "no backend is to be reached",
          remedy: "Give one a weight above 0, or some.",
        },
      ];
    if ("requests" in e && new Set(Object.values(e.reach).map((wanted) => typeof wanted)).size > 1)
      return [
        {
          path: [...path, "reach"],
          message: "weights and presence cannot be judged in one sample",
          remedy: "Give each backend a weight, or each some or none.",
        },
      ];
    return [];
  });
}

function claimedControls(
  file: AssertionFile,
  phases: readonly DerivedPhase[],
  all: readonly Placed[],
): readonly Mistake[] {
  const answers = all.some(({ e }) => "requests" in e || (isProbe(e) && e.is === "ok"));
  const carriedOut = [...impliedControls(phases), ...(answers ? ["data-plane"] : [])];
  return file.controls.flatMap((control, c) =>
    carriedOut.includes(control)
      ? []
      : [
          {
            path: ["controls", c],
            message: `control ${control} is claimed, and no step carries it out`,
            remedy: `Leave it out. The steps carry out ${carriedOut.join(", ") || "none"}.`,
          },
        ],
  );
}

function openQuestion({ unless, level }: AssertionFile): readonly Mistake[] {
  if (unless === undefined || (level !== "MUST" && level !== "SHOULD")) return [];
  return [
    {
      path: ["unless"],
      message: `what the specification says flatly (${level}) is not an open question`,
      remedy: "Leave unless out, or give the level implied.",
    },
  ];
}

/** An assertion with one of these is not loaded: it could pass on a mesh that does not conform, or never fail. */
export function lintAssertion(file: AssertionFile): readonly Mistake[] {
  const phases = phasesOf(file.steps);
  const all = expectationsOf(phases);
  return [
    ...unjudged(file, all),
    ...openQuestion(file),
    ...unframedRefusals(all),
    ...openToAll(file, all),
    ...incomplete(all),
    ...claimedControls(file, phases, all),
  ];
}
