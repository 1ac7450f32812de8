/** What an assertion's probes met before it changed anything, and the wait until they meet it again. */
import { isProbe } from "../../domain/assertion/assertion.ts";
import { describeProbe, type Probe } from "../../domain/assertion/expectation.ts";
import { probeKey } from "../../domain/assertion/probe-key.ts";
import { converge, DeadlineError } from "../convergence.ts";
import { send } from "../probe/send.ts";
import { paceOf } from "./await-propagation.ts";
import { outcomeObserver, weightsObserver } from "./change-observers.ts";
import type { AssertionContext } from "./context.ts";
import { BEFORE } from "./expected-change.ts";
import { uniformOf } from "./shares.ts";

/** Notes what each probe of the assertion meets before anything is changed. */
export async function noteFirst(context: AssertionContext): Promise<void> {
  const probes = context.assertion.phases
    .flatMap((phase) => phase.expect.filter(isProbe))
    .filter((e) => e.is !== "recorded");
  const distinct = new Map<string, Probe>(probes.map((e) => [probeKey(e), e]));
  await Promise.all(
    [...distinct].map(async ([key, probe]) => {
      const { seen } = await send(context.cell, probe, BEFORE, context.deps);
      context.first.set(key, {
        probe,
        allowed: seen.every(({ outcome }) => outcome === "OK"),
      });
    }),
  );
}

/** True once all that the assertion changed is seen to be as it was before; false when the deadline passed. */
export async function awaitReturn(context: AssertionContext, asIntended: boolean): Promise<boolean> {
  // Where the assertion went as it should, only what it was to allow or deny has changed; otherwise anything may have.
  const meant = context.assertion.phases.flatMap((phase) => phase.expect.filter(isProbe));
  const moved = [...context.first].filter(
    ([key, { allowed }]) =>
      !asIntended || meant.some((e) => probeKey(e) === key && e.is !== "recorded" && (e.is === "ok") !== allowed),
  );
  const probes = moved.map(([, { probe, allowed }]) =>
    outcomeObserver(context, probe, describeProbe(probe), ({ outcome }) => (outcome === "OK") === allowed),
  );
  const splits = [...context.weights.values()].map(({ probe, shares }) =>
    weightsObserver(context, probe, describeProbe(probe), { old: shares, next: uniformOf(context, probe) }),
  );
  try {
    await converge({
      name: `cell ${context.cell.id} is as it was before ${context.assertion.id}`,
      ...paceOf(context),
      observe: () => Promise.all([...probes, ...splits].map((observer) => observer.observe())),
      done: (seen) => seen.every(Boolean),
    });
    return true;
  } catch (error) {
    if (error instanceof DeadlineError) return false;
    throw error;
  }
}
