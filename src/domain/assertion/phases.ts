/** From steps to phases: the engine measures what holds once a run of changes is in force. */
import type { Phase } from "./assertion.ts";
import { type ChangeStep, isExpect, type Step } from "./step.ts";

/** A phase with the places of its steps in the file. */
export interface DerivedPhase extends Phase {
  readonly places: {
    readonly changes: readonly number[];
    /** Undefined for changes that nothing follows. */
    readonly expect: number | undefined;
  };
}

function phaseOf(steps: readonly Step[], first: number): DerivedPhase {
  const last = steps.at(-1);
  const measured = last !== undefined && isExpect(last) ? last : undefined;
  const changes = steps.filter((step): step is ChangeStep => !isExpect(step));
  return {
    name: steps.flatMap(({ name }) => name ?? []).join(", "),
    changes,
    expect: measured?.expect ?? [],
    ...(measured?.control && { control: measured.control }),
    places: {
      changes: changes.map((_, index) => first + index),
      expect: measured === undefined ? undefined : first + changes.length,
    },
  };
}

/**
 * Each expectation ends a phase, and the changes since the one before belong to it: nothing is reordered, left out or said
 * twice. Changes at the end, which nothing follows, are a phase without expectations.
 */
export function phasesOf(steps: readonly Step[]): readonly DerivedPhase[] {
  const phases: DerivedPhase[] = [];
  let first = 0;
  for (const [index, step] of steps.entries()) {
    if (!isExpect(step) && index < steps.length - 1) continue;
    phases.push(phaseOf(steps.slice(first, index + 1), first));
    first = index + 1;
  }
  return phases;
}
