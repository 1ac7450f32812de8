/** How it shows that no Docker daemon answers, in the output of whichever program needs one. */

const UNREACHABLE =
  /cannot connect to the docker (daemon|api)|failed to connect to the docker api|is the docker daemon running|error during connect|permission denied while trying to connect to the docker|there is no program "[^"]*docker"|"docker": executable file not found/i;

/** @param output standard error of docker, or of a program that starts docker, such as kind */
export const isDaemonUnreachable = (output: string): boolean => UNREACHABLE.test(output);

export const DAEMON_ADVICE =
  "Start Docker (`docker version` must show a server) and let this user reach its socket, or give a cluster of your own in the input kubeconfig.";
