/** Which assertions the suite has to run, and the results of those that do not apply. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import type { ChosenVersions } from "../assertion/context.ts";
import { applicability } from "./applicability.ts";
import type { SuiteOptions } from "./options.ts";
import { initialResult } from "./result.ts";

/** One assertion to run, with the versions that its resources are written in. */
export interface Task {
  readonly assertion: Assertion;
  readonly fixture: Fixture;
  readonly versions: ChosenVersions;
}

export interface Tasks {
  readonly tasks: readonly Task[];
  readonly notApplicable: readonly AssertionResult[];
}

/** @throws RangeError for an assertion whose fixture is missing. */
export function planTasks(options: SuiteOptions): Tasks {
  const tasks: Task[] = [];
  const notApplicable: AssertionResult[] = [];
  for (const assertion of options.assertions) {
    const fixture = options.fixtures.get(assertion.fixture);
    if (fixture === undefined) throw new RangeError(`${assertion.id}: no fixture "${assertion.fixture}"`);
    const ruling = applicability(assertion, fixture, options.served, options.profile);
    if (ruling.applies) tasks.push({ assertion, fixture, versions: ruling.versions });
    else
      notApplicable.push({
        ...initialResult(assertion, Math.round(options.clock.now() - options.startedAt)),
        verdict: "NOT_APPLICABLE",
        reason: ruling.reason,
      });
  }
  return { tasks, notApplicable };
}
