/** What kind's error output means, and what a person can do about it. */
import type { InfrastructureCode } from "../../errors.ts";
import { DAEMON_UNREACHABLE } from "../tools/docker.ts";

interface KnownFailure {
  readonly pattern: RegExp;
  readonly problem: string;
  readonly advice: string;
  readonly code?: InfrastructureCode;
}

/** The one failure after which nothing may be deleted: what is there is not what we made. */
export const NAME_TAKEN = /already exists? for a cluster with the name/i;

/** First match wins: causes stand before what follows from them. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: DAEMON_UNREACHABLE,
    code: "docker-unavailable",
    problem: "the Docker daemon does not answer",
    advice:
      "Start Docker (`docker version` must show a server) and let this user reach its socket, or give a cluster of your own in the input kubeconfig.",
  },
  {
    pattern: /no space left on device/i,
    problem: "the disk is full",
    advice: "Free some space (`docker system df` shows what Docker holds); a cluster and a mesh need about 6 GB.",
  },
  {
    pattern: NAME_TAKEN,
    problem: "there is a cluster of this name already",
    advice: "Delete it with `kind delete cluster --name` if it is nobody's, or leave the name to us.",
  },
  {
    pattern: /port is already allocated|address already in use|failed to get random host port/i,
    problem: "a port that the cluster needs is in use",
    advice: "Find what holds it (`docker ps`, `ss -ltn`), then run again: the port is chosen anew each time.",
  },
  {
    pattern:
      /failed to pull image|manifest unknown|pull access denied|toomanyrequests|no such image|unable to find image|no match for platform|not found: manifest/i,
    problem: "the node image is not on this machine and cannot be pulled",
    advice:
      "Check the input node-image, pull it beforehand with `docker pull`, or log in to its registry (Docker Hub limits anonymous pulls).",
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
      "Usual causes are cgroup v1 with a node image that does not support it, an image for another processor, and Docker inside a container without --privileged.",
  },
  {
    pattern: /failed to init node with kubeadm|timed out waiting for the condition|kubelet is not (running|healthy)/i,
    problem: "Kubernetes did not start in the node",
    advice:
      "Use a node image that the release notes of this kind list; on a busy machine give the cluster more time with the input timeout.",
  },
];

const UNKNOWN: Omit<KnownFailure, "pattern"> = {
  problem: "kind failed",
  advice: "Read kind's output in the log; https://kind.sigs.k8s.io/docs/user/known-issues/ lists known causes.",
};

/** The first known failure whose sign is in kind's output. */
export function kindFailure(output: string): Omit<KnownFailure, "pattern"> {
  return KNOWN_FAILURES.find(({ pattern }) => pattern.test(output)) ?? UNKNOWN;
}
