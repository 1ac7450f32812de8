/** The steps of an assertion one by one, each with what a person does for it: objects to apply, commands to type. */
import type { Phase } from "../../domain/assertion/assertion.ts";
import type { Expectation, Probe } from "../../domain/assertion/expectation.ts";
import type { ChangeStep } from "../../domain/assertion/step.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { type SmiKindName, smiKinds } from "../../domain/smi/kinds.ts";
import { kindOf, nameOf } from "../../domain/smi/render.ts";
import type { Resource } from "../../domain/smi/resource.ts";
import { commandFor } from "./by-hand.ts";
import { changeSentence, exchange, expectationSentence } from "./sentences.ts";
import { namespaceOf, setUpObjects } from "./set-up.ts";
import { objectOf, type Subject } from "./subject.ts";

export interface ShownObject {
  readonly object: KubernetesObject;
  /** Only sent with `--dry-run=server`, to see that it is accepted. */
  readonly dryRun?: true;
}

export interface ShownStep {
  /** 0 for the set-up. */
  readonly number: number;
  readonly name: string | undefined;
  /** It looks, and changes nothing. */
  readonly expects?: true;
  /** What is done, or what is expected; without full stops. */
  readonly sentences: readonly string[];
  readonly objects: readonly ShownObject[];
  /** Shell commands, with comments. */
  readonly commands: readonly string[];
  /** Probes that are sent. */
  readonly probes: readonly Probe[];
}

function changeCommands(step: ChangeStep, { fixture }: Subject): readonly string[] {
  const of = (workload: string) => `-n ${namespaceOf(fixture, fixture.workloads[workload]?.in)}`;
  if ("apply" in step) return [];
  if ("remove" in step)
    return step.remove.map((ref) => {
      const { plural, group } = smiKinds[kindOf(ref)];
      return `kubectl delete -n ${namespaceOf(fixture, ref.in)} ${plural}.${group} ${nameOf(ref)}`;
    });
  if ("scale" in step) {
    const { workload, replicas } = step.scale;
    return [`kubectl scale ${of(workload)} deployment ${workload} --replicas ${replicas}`];
  }
  if ("restart" in step) return [`kubectl delete pods ${of(step.restart.workload)} -l app=${step.restart.workload}`];
  const { workload, account } = step.setAccount;
  return [`kubectl set serviceaccount ${of(workload)} deployment ${workload} ${account}`];
}

const shown = (resources: readonly Resource[], subject: Subject, dryRun?: true): readonly ShownObject[] =>
  resources.flatMap((resource) => {
    const object = objectOf(subject, resource);
    return object === undefined ? [] : [{ object, ...(dryRun && { dryRun }) }];
  });

/** Objects that an expectation submits, in the order in which they are sent. */
function submissions(e: Expectation, subject: Subject): readonly ShownObject[] {
  if (!("submit" in e)) return [];
  return [
    ...shown(e.with ?? [], subject),
    ...shown(e.validVariant === undefined ? [] : [e.validVariant], subject, true),
    ...shown([e.submit, ...(e.marker?.apply ?? [])], subject),
  ];
}

function lookCommands(e: Expectation, subject: Subject): readonly string[] {
  if ("from" in e) return [commandFor(subject, e)];
  if ("submit" in e) return probesOf(e).flatMap((probe) => [`# ${exchange(probe)}:`, commandFor(subject, probe)]);
  if ("crd" in e) {
    const { plural, group } = smiKinds[e.crd as SmiKindName];
    return [
      `kubectl get customresourcedefinition ${plural}.${group} -o yaml`,
      `kubectl api-resources --api-group ${group}`,
    ];
  }
  if ("versions" in e) return ["kubectl api-versions | grep smi-spec.io"];
  const { fixture } = subject;
  if ("event" in e) {
    const field = `involvedObject.kind=${kindOf(e.event)},involvedObject.name=${nameOf(e.event)},type=Warning`;
    return [`kubectl get events -n ${namespaceOf(fixture, e.event.in)} --field-selector ${field}`];
  }
  return [`kubectl get pods -n ${namespaceOf(fixture, fixture.workloads[e.ready]?.in)} -l app=${e.ready}`];
}

function probesOf(e: Expectation): readonly Probe[] {
  if ("from" in e) return [e];
  if (!("submit" in e)) return [];
  return [...(e.staysRefused ? [e.staysRefused] : []), ...(e.marker ? [e.marker.probe] : [])];
}

function expectStep({ name, changes, expect, control }: Phase, subject: Subject): Omit<ShownStep, "number"> {
  const sentences = expect.map((e) => {
    const as = ("control" in e ? e.control : undefined) ?? control;
    return `${expectationSentence(e)}${as === undefined ? "" : ` (as the control ${as})`}`;
  });
  return {
    name: changes.some((change) => change.name !== undefined) ? undefined : name,
    expects: true,
    sentences,
    objects: expect.flatMap((e) => submissions(e, subject)),
    commands: expect.flatMap((e, index) => [`# ${sentences[index]}`, ...lookCommands(e, subject)]),
    probes: expect.flatMap(probesOf),
  };
}

/** The set-up first, then the steps in the order in which they are carried out. */
export function stepsOf(subject: Subject): readonly ShownStep[] {
  const setUp: Omit<ShownStep, "number"> = {
    name: undefined,
    sentences: ["namespaces, ServiceAccounts, Services and workloads of the fixture, and what it builds on"],
    objects: setUpObjects(subject).map((object) => ({ object })),
    commands: [],
    probes: [],
  };
  const steps = subject.assertion.phases.flatMap((phase): readonly Omit<ShownStep, "number">[] => [
    ...phase.changes.map((change) => ({
      name: change.name,
      sentences: [changeSentence(change)],
      objects: "apply" in change ? shown(change.apply, subject) : [],
      commands: changeCommands(change, subject),
      probes: [],
    })),
    expectStep(phase, subject),
  ]);
  return [setUp, ...steps].map((step, number) => ({ number, ...step }));
}
