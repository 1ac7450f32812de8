/** An assertion in words, and as Kubernetes YAML that a person can apply to do by hand what the suite does. */
import { stringify } from "yaml";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import { openQuestions } from "../../domain/assertion/open-questions.ts";
import { clauseName, clauseUrl } from "../../domain/smi/specification.ts";
import { wrap } from "../terminal/terminal.ts";
import { controlMeanings } from "../text/wording.ts";
import { shellFunctions, waysOf } from "./by-hand.ts";
import { namespaceOf } from "./set-up.ts";
import { type ShownObject, type ShownStep, stepsOf } from "./steps.ts";
import type { Subject } from "./subject.ts";

const WIDTH = 110;
const LABEL = 10;

const levelMeanings = {
  MUST: "the specification says it flatly",
  SHOULD: "the specification recommends it",
  MAY: "the specification allows it, or it is not released",
  implied: "the specification does not say it, but it follows",
  none: "the specification is silent",
} as const;

/** A label and its text, wrapped beside it. */
const field = (label: string, text: string): readonly string[] =>
  wrap(text, WIDTH, " ".repeat(LABEL), label.padEnd(LABEL), Number.POSITIVE_INFINITY);

const item = (bullet: string, text: string, indent: number): readonly string[] =>
  wrap(text, WIDTH, " ".repeat(indent + bullet.length), " ".repeat(indent) + bullet, Number.POSITIVE_INFINITY);

function head({ assertion, fixture, versions, joining }: Subject): readonly string[] {
  const { id, title, says, level, basis, replaces, observed, unless, exclusive } = assertion;
  const shown = [...versions].map(([kind, version]) => `${kind} ${version}`).join(", ");
  return [
    id,
    ...wrap(title, WIDTH, "", "", Number.POSITIVE_INFINITY),
    "",
    ...field("Clause", says),
    ...field(
      "Level",
      `${level}: ${levelMeanings[level]}${observed === true ? "; what happens is recorded, without a verdict" : ""}`,
    ),
    ...basis.flatMap((clause, n) => [
      ...field(n === 0 ? "Basis" : "", clauseName(clause)),
      ...(clauseUrl(clause) === undefined ? [] : [`${" ".repeat(LABEL)}${clauseUrl(clause)}`]),
    ]),
    ...(shown === "" ? [] : field("Versions", shown)),
    ...(replaces.length === 0 ? [] : field("Replaces", `${replaces.join(", ")} of the 24-step suite`)),
    ...(unless === undefined
      ? []
      : field("Unless", `the mesh reads an open question otherwise: ${openQuestions[unless]}`)),
    ...(exclusive === true
      ? field("Runs", "alone, after all others: it may stop a mesh from working for everybody")
      : []),
    ...(joining === undefined ? [] : field("Mesh", joining.title)),
    ...field("Fixture", `${fixture.id}: ${fixture.title}`),
    ...cast(fixture).flatMap((line) => item("- ", line, LABEL)),
  ];
}

/** Who takes part, one a line. */
function cast(fixture: Fixture): readonly string[] {
  return Object.entries(fixture.workloads).map(([name, workload]) => {
    const services = fixture.services
      .filter(({ selects }) => selects.includes(name))
      .map(
        (s) =>
          `${s.name} (${s.protocol} ${s.ports.map(({ port, targetPort = port }) => (port === targetPort ? port : `${port} to ${targetPort}`)).join(", ")})`,
      );
    return [
      `${name}: a ${workload.role}${workload.mesh ? "" : " outside of the mesh"} in ${namespaceOf(fixture, workload.in)}`,
      `ServiceAccount ${workload.account ?? name}`,
      ...(workload.replicas === 1 ? [] : [`${workload.replicas} pods`]),
      // A client listens too, and is no server for that.
      ...(services.length === 0 ? [] : [`behind ${services.join(", ")}`]),
    ].join("; ");
  });
}

/** What a step is called: its name, and that it looks where it does. */
const titleOf = ({ number, name, expects }: ShownStep): string => {
  if (number === 0) return "set-up";
  if (expects !== true) return name ?? "";
  return name === undefined ? "expect" : `${name}, expect`;
};

function inWords(steps: readonly ShownStep[]): readonly string[] {
  return steps
    .filter(({ number }) => number > 0)
    .flatMap((step) => {
      const bullet = `${step.number}. `.padStart(5);
      const [only = "", ...more] = step.sentences;
      const title = titleOf(step);
      if (more.length === 0) return item(bullet, `${title === "" ? "" : `${title}: `}${only}.`, 0);
      return [
        ...item(bullet, `${title}:`, 0),
        ...step.sentences.flatMap((sentence) => item("- ", `${sentence}.`, bullet.length)),
      ];
    });
}

function yamlOf(objects: readonly ShownObject[]): string {
  return objects
    .map(({ object, dryRun }) => {
      const note = dryRun === true ? "# The valid variant: kubectl apply --dry-run=server\n" : "";
      return `---\n${note}${stringify(object, { lineWidth: 0 })}`;
    })
    .join("");
}

/**
 * What the steps apply, as one YAML stream: of all steps, or of one (0 is the set-up). What is only sent as a dry run is
 * left out.
 */
export function explainYaml(subject: Subject, number?: number): string {
  return stepsOf(subject)
    .filter((step) => number === undefined || step.number === number)
    .flatMap((step) => {
      const applied = step.objects.filter(({ dryRun }) => dryRun !== true);
      const title = titleOf(step) || step.sentences.join("; ");
      return applied.length === 0 ? [] : [`# Step ${step.number}: ${title}\n`, yamlOf(applied)];
    })
    .join("");
}

/** Numbers of the steps that apply something. */
export const stepsWithYaml = (subject: Subject): readonly number[] =>
  stepsOf(subject)
    .filter(({ objects }) => objects.some(({ dryRun }) => dryRun !== true))
    .map(({ number }) => number);

function byHand(steps: readonly ShownStep[]): readonly string[] {
  const ways = waysOf(steps.flatMap(({ probes }) => probes));
  return [
    ...(ways.length === 0
      ? []
      : [
          "Functions for a shell, which send from a client's pod and print what came back:",
          "",
          ...shellFunctions(ways),
          "",
        ]),
    ...steps.flatMap((step) => [
      `Step ${step.number}: ${titleOf(step) || step.sentences.join("; ")}`,
      "",
      ...step.commands,
      ...(step.objects.length === 0 ? [] : [yamlOf(step.objects).trimEnd()]),
      "",
    ]),
  ];
}

/** All of it: the assertion in words, its cast, its steps, its controls, and what to apply and to type at each step. */
export function explainAssertion(subject: Subject): string {
  const { controls } = subject.assertion;
  const steps = stepsOf(subject);
  const width = Math.max(0, ...controls.map((name) => name.length));
  return [
    ...head(subject),
    "",
    "Steps",
    ...inWords(steps),
    ...(controls.length === 0 ? [] : ["", "Controls: where one does not hold, the result is INCONCLUSIVE"]),
    ...controls.flatMap((name) => item(`${name.padEnd(width)}  `, controlMeanings[name], 2)),
    "",
    "By hand",
    ...wrap(
      "The image is the sample application: docs/workload.md says how it is built and loaded. Wait after each change until the mesh has taken it in. Where kubectl finds no match for a kind, the mesh serves another version of it: `kubectl api-resources | grep smi-spec.io` says which, and --versions writes the YAML in it.",
      WIDTH,
      "",
      "",
      Number.POSITIVE_INFINITY,
    ),
    "",
    ...byHand(steps),
  ]
    .join("\n")
    .trimEnd();
}
