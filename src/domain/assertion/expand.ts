/** Fills in what a file leaves out, so that what runs says everything. */
import { smiKinds, specNames } from "../smi/kinds.ts";
import type { Assertion } from "./assertion.ts";
import { type AssertionFile, specOf } from "./assertion-file.ts";
import { impliedControls } from "./implied-controls.ts";
import { phasesOf } from "./phases.ts";

const allVersions = smiKinds.TrafficTarget.versions;

/** @throws RangeError for a file that names no specification, which the loader refuses before. */
export function expandAssertion(file: AssertionFile): Assertion {
  const { format: _f, steps, absent: _a, controls, ...head } = file;
  const spec = specOf(file);
  if (spec === undefined) throw new RangeError(`${file.id} does not say which of ${specNames.join(", ")} it is about`);
  const phases = phasesOf(steps).map(({ places: _p, ...phase }) => phase);
  return {
    ...head,
    spec,
    versions: { [spec]: allVersions, ...head.versions },
    controls: [...new Set([...impliedControls(phases), ...controls])],
    phases,
  };
}
