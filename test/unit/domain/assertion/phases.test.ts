/** Steps become phases without being reordered: the engine carries out what is written, in the order in which it is written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phasesOf } from "../../../../src/domain/assertion/phases.ts";
import { isExpect, type Step } from "../../../../src/domain/assertion/step.ts";

const apply = (name: string): Step => ({ apply: [{ tcpRoute: name }] });
const remove = (name: string): Step => ({ remove: [{ tcpRoute: name }] });
const restart = (workload: string): Step => ({ restart: { workload } });
const measure = (crd: string): Step => ({ expect: [{ crd, is: "served" }] });

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom(apply, remove, restart, measure, measure),
    fc.constantFrom("a", "b", "c"),
    fc.option(fc.constantFrom("one", "two"), { nil: undefined }),
  )
  .map(([make, name, called]) => ({ ...make(name), ...(called && { name: called }) }));

describe("phases", () => {
  it("are the steps again when they are put together, each in its place", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const phases = phasesOf(steps);
        const changes = phases.flatMap((phase) => phase.changes);
        expect(changes).toEqual(steps.filter((s) => !isExpect(s)));
        expect(phases.flatMap((phase) => phase.expect)).toEqual(steps.flatMap((s) => (isExpect(s) ? s.expect : [])));
        const places = phases.flatMap(({ places }) => [
          ...places.changes,
          ...(places.expect === undefined ? [] : [places.expect]),
        ]);
        expect(places).toEqual(steps.map((_, index) => index));
        for (const { changes: made, expect: measured, places: at } of phases) {
          expect(made).toEqual(at.changes.map((index) => steps[index]));
          const last = at.expect === undefined ? undefined : steps[at.expect];
          expect(measured).toEqual(last !== undefined && isExpect(last) ? last.expect : []);
        }
      }),
    );
  });

  it("each end at one expect step, but for changes at the end that nothing follows", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const phases = phasesOf(steps);
        expect(phases.filter(({ places }) => places.expect !== undefined)).toHaveLength(steps.filter(isExpect).length);
        expect(phases.slice(0, -1).every(({ places }) => places.expect !== undefined)).toBe(true);
      }),
    );
  });

  it("are called by the names of their steps, and are the control that their expect step is", () => {
    const steps: Step[] = [
      { name: "new pods", ...restart("client") } as Step,
      apply("x"),
      { name: "and a route", ...measure("TCPRoute"), control: "policy-flip" } as Step,
      { name: "again", ...measure("TCPRoute") } as Step,
    ];
    expect(phasesOf(steps).map(({ name, control }) => [name, control])).toEqual([
      ["new pods, and a route", "policy-flip"],
      ["again", undefined],
    ]);
  });
});
