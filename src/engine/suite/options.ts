/** What a run of the suite is given, and what it gives back. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import type { AssertionResult } from "../../domain/report/report.ts";
import type { Served } from "../../domain/smi/served.ts";
import type { MeshProfile } from "../../mesh/profile.ts";
import type { Clock, Cluster, Log } from "../../ports.ts";
import type { Cell } from "../cell/cell.ts";

/** Keeps what explains a result that is not a pass; returns the files it wrote, relative to the report folder. */
export type KeepEvidence = (result: AssertionResult, cell: Cell | undefined) => Promise<readonly string[]>;

export interface SuiteOptions {
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
  readonly served: Served;
  readonly profile: MeshProfile;
  /** Short id of the run, part of every namespace's name. */
  readonly run: string;
  /** Image of the sample application. */
  readonly appImage: string;
  /** Cells that may be in use at once, over all fixtures. */
  readonly parallel: number;
  /** How often each assertion is run, from 1; the worst of its runs is its verdict. Once where left out. */
  readonly repeat?: number;
  /** Overrides the profile's propagation deadline, in milliseconds. */
  readonly deadlineMs: number | undefined;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** Clock time at which the run began, for `startedMs`. */
  readonly startedAt: number;
  /** Called with each result as it comes. */
  readonly onResult?: (result: AssertionResult) => void;
  readonly keepEvidence?: KeepEvidence;
}

export interface SuiteResult {
  /** In the order of the assertions. */
  readonly results: readonly AssertionResult[];
  /** Milliseconds from the start of the suite until the last worker's first cell was in its steady state. */
  readonly cellsReadyMs: number;
  readonly durationMs: number;
}
