/** The publisher of commit statuses on a fake GitHub, with its time in the test's hands. */
import { onTestFinished } from "vitest";
import { createStatusPublisher, type StatusOptions } from "../../src/adapters/github/status.ts";
import type { CommitStatus } from "../../src/domain/github/commit-status.ts";
import type { Clock } from "../../src/ports.ts";
import { recordingLog } from "./fake-program.ts";
import { type FakeGitHubOptions, startFakeGitHub } from "./github.ts";
import { heldClock } from "./held-clock.ts";

export const SHA = "a".repeat(40);
export const status: CommitStatus = {
  sha: SHA,
  state: "failure",
  context: "smi-conformance/traefik-mesh/1.4.8",
  description: "Traefik Mesh v1.4.8: 61/66 MUST, access FULL, split HALF",
  targetUrl: "https://github.com/o/r/actions/runs/7",
};

/** Time passes by waiting alone, and deadlines when the test says so. */
export function virtualClock() {
  let ms = Date.UTC(2026, 0, 1);
  const waits: number[] = [];
  const { deadline, deadlines, expire } = heldClock();
  const clock: Clock = {
    deadline,
    now: () => ms,
    timestamp: () => new Date(ms).toISOString(),
    wait: async (pause, signal) => {
      signal?.throwIfAborted();
      waits.push(pause);
      ms += pause;
    },
  };
  return { clock, waits, deadlines, expire };
}

export async function publisherOnFake(github: FakeGitHubOptions = {}, given: Partial<StatusOptions> = {}) {
  const { clock, ...time } = virtualClock();
  const fake = await startFakeGitHub({ now: () => clock.now(), ...github });
  onTestFinished(() => fake.close());
  const log = recordingLog();
  const options = { token: "write-token", repository: "o/r", apiUrl: fake.url, clock, log, ...given };
  return { fake, ...time, log, publisher: createStatusPublisher(options) };
}
