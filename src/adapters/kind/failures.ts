/** What kind's error output means, and what a person can do about it. */
import { DAEMON_ADVICE, isDaemonUnreachable } from "../../domain/kubernetes/docker-daemon.ts";
import type { InfrastructureCode } from "../../errors.ts";

export interface KindFailure {
  readonly problem: string;
  readonly advice: string;
  /** Where the cause decides it, whatever kind was doing. */
  readonly code?: InfrastructureCode;
}

/** The one failure after which nothing may be deleted: what is there is not what we made. */
export const NAME_TAKEN = /already exists? for a cluster with the name/i;

/** First match wins: causes stand before what follows from them. */
const KNOWN_FAILURES: readonly (KindFailure & { readonly pattern: RegExp })[] = [
  {
    pattern: /no space left on device/i,
    problem: "the disk is full",
    advice: "Free some space (`docker system df` shows what Docker holds); a cluster and a mesh need about 6 GB.",
  },
  {
    pattern: NAME_TAKEN,
    problem: "a cluster of this name already exists",
    advice: "Run it again: each run chooses another name.",
  },
  {
    pattern: /port is already allocated|address already in use|failed to get random host port/i,
    problem: "a port that the cluster needs is in use",
    advice: "Find what uses it (`docker ps`, `ss -ltn`), then run again: each run chooses another port.",
  },
  {
    pattern:
      /failed to pull image|manifest unknown|pull access denied|toomanyrequests|no such image|unable to find image|no match for platform|not found: manifest/i,
    problem: "the node image is not on this machine, and cannot be pulled",
    advice:
      "Check the input node-image, pull it before the run with `docker pull`, or log in to its registry (Docker Hub limits anonymous pulls).",
  },
  {
    pattern: /too many open files|inotify/i,
    problem: "the machine has run out of file watches",
    advice: "Raise fs.inotify.max_user_instances to 512 and fs.inotify.max_user_watches to 524288 with sysctl.",
  },
  {
    pattern: /could not find a log line that matches|exec format error|ERROR SystemVerification.*cgroup/i,
    problem: "the node's container did not boot",
    advice:
      "Usual causes: cgroup v1 with a node image that does not support it, an image for another architecture, or Docker in a container without --privileged.",
  },
  {
    pattern: /failed to init node with kubeadm|timed out waiting for the condition|kubelet is not (running|healthy)/i,
    problem: "Kubernetes did not start in the node",
    advice:
      "Use a node image from the release notes of this version of kind; on a busy machine give the cluster more time with the input timeout.",
  },
];

const NO_DAEMON: KindFailure = {
  code: "docker-unavailable",
  problem: "the Docker daemon does not answer",
  advice: DAEMON_ADVICE,
};

const UNKNOWN: KindFailure = {
  problem: "kind failed",
  advice: "Read kind's output in the log; known causes are listed at https://kind.sigs.k8s.io/docs/user/known-issues/.",
};

/** The first known failure that kind's output shows. */
export function kindFailure(output: string): KindFailure {
  if (isDaemonUnreachable(output)) return NO_DAEMON;
  return KNOWN_FAILURES.find(({ pattern }) => pattern.test(output)) ?? UNKNOWN;
}
