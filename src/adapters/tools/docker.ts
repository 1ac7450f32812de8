/** The container images of the local engine, by the docker command line. */
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DAEMON_ADVICE, isDaemonUnreachable } from "../../domain/kubernetes/docker-daemon.ts";
import { parseImageReference } from "../../domain/kubernetes/image-reference.ts";
import { ConfigurationError, type InfrastructureCode, InfrastructureError, ToolError } from "../../errors.ts";
import type { Images, Tool, ToolOptions, WithTempFolder } from "../../ports.ts";

/** Milliseconds within which a running daemon has answered. */
const ANSWER_MS = 5_000;
/** Milliseconds for a pull or a build; both may have to fetch the base image. */
const BUILD_MS = 10 * 60_000;
const SAVE_MS = 10 * 60_000;

/** Numeric, so that Kubernetes can see it is not root without the image's user table. */
const WORKLOAD_USER = 65532;
const WORKLOAD_IMAGE = "smi-conformance/workload";
/** No RUN: the base may have no shell. One COPY: one layer on top of the base. */
const DOCKERFILE = (base: string) => `FROM ${base}
COPY workload.cjs /smi/workload.cjs
USER ${WORKLOAD_USER}
ENTRYPOINT ["node", "/smi/workload.cjs"]
`;

export interface DockerSetup {
  readonly tool: Tool;
  /** Path or name of the docker program. */
  readonly docker?: string;
}

/** Version of the daemon, or undefined where none answers within 5 s. */
export async function dockerVersion({ tool, docker = "docker" }: DockerSetup): Promise<string | undefined> {
  try {
    const { stdout } = await tool.run([docker, "version", "--format", "{{.Server.Version}}"], { timeoutMs: ANSWER_MS });
    return stdout.trim() || undefined;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** Images of the local docker engine. Throws InfrastructureError("docker-unavailable" | "image-build" | "image-load"). */
export function createImages({
  tool,
  docker = "docker",
  withTempFolder,
}: DockerSetup & { readonly withTempFolder: WithTempFolder }): Images {
  const run = (
    code: InfrastructureCode,
    problem: string,
    advice: string,
    args: readonly string[],
    options?: ToolOptions,
  ) =>
    tool.run([docker, ...args], options).catch((error: unknown) => {
      throw failure(error, code, problem, advice, options?.signal);
    });

  async function imageId(name: string): Promise<string | undefined> {
    try {
      const { stdout } = await tool.run([docker, "image", "inspect", "--format", "{{.Id}}", name], {
        timeoutMs: ANSWER_MS,
      });
      return stdout.trim();
    } catch (error) {
      if (
        error instanceof ToolError &&
        /no such image|not found/i.test(error.stderr) &&
        !isDaemonUnreachable(error.stderr)
      )
        return undefined;
      throw failure(
        error,
        "image-load",
        `docker could not say whether it has the image ${name}`,
        "Check that `docker image ls` works.",
      );
    }
  }

  async function presentBase(base: string, signal: AbortSignal | undefined): Promise<string> {
    const present = await imageId(base);
    if (present) return present;
    await run(
      "image-build",
      `the base image ${base} is not on this machine and cannot be pulled`,
      "Give an image with Node 20 or later, which is present or can be pulled, in the input app-base-image.",
      ["pull", "--quiet", base],
      { timeoutMs: BUILD_MS, ...(signal && { signal }) },
    );
    const pulled = await imageId(base);
    if (!pulled)
      throw new InfrastructureError(
        "image-build",
        `docker pulled ${base}, but does not have it`,
        "Check that the image in the input app-base-image is for this platform.",
      );
    return pulled;
  }

  return {
    async local(names) {
      const found = await Promise.all(names.map(async (name) => [name, await imageId(name)] as const));
      return new Map(found.flatMap(([name, id]) => (id ? [[name, id] as const] : [])));
    },

    async buildWorkload({ base, program, signal }) {
      if (!parseImageReference(base)) {
        throw new ConfigurationError(
          "app-base-image",
          `"${base}" is not the name of an image`,
          "Give a name such as docker.io/library/node:24-slim, best with its @sha256: digest.",
        );
      }
      const code = await readFile(program);
      const baseId = await presentBase(base, signal);
      // Named after everything that goes into it, so that an image of that name need never be built again.
      const content = createHash("sha256").update(code).update("\0").update(baseId).update("\0").update(DOCKERFILE(""));
      const name = `${WORKLOAD_IMAGE}:${content.digest("hex").slice(0, 12)}`;
      if (await imageId(name)) return name;
      await withTempFolder(async (context) => {
        await writeFile(join(context, "Dockerfile"), DOCKERFILE(base));
        await writeFile(join(context, "workload.cjs"), code, { mode: 0o644 });
        await run(
          "image-build",
          `the workload's image cannot be built on ${base}`,
          "Try another Node image in the input app-base-image, or give a ready image in app-image.",
          ["build", "--tag", name, context],
          { timeoutMs: BUILD_MS, env: await builderEnvironment(tool, docker), ...(signal && { signal }) },
        );
      });
      return name;
    },

    discard: (archive) => rm(archive, { force: true }),

    async save(names, archive, signal) {
      await run(
        "image-load",
        `the images ${names.join(", ")} cannot be saved`,
        "Check that they are on this machine (`docker image ls`) and that the disk has room.",
        ["save", "--output", archive, ...names],
        { timeoutMs: SAVE_MS, ...(signal && { signal }) },
      );
    },
  };
}

/** The same behaviour from whichever builder is installed, whatever the user has configured. */
async function builderEnvironment(tool: Tool, docker: string): Promise<Record<string, string>> {
  const hasBuildx = await tool.run([docker, "buildx", "version"], { timeoutMs: ANSWER_MS }).then(
    () => true,
    () => false,
  );
  // A user's DOCKER_BUILDKIT=1 without buildx is an error; without either variable docker chooses by itself.
  if (!hasBuildx) return { DOCKER_BUILDKIT: "0" };
  return {
    // A builder in a container sees no local base image and leaves the result where `docker save` cannot find it.
    BUILDX_BUILDER: "default",
    // An attestation makes the image an index, which `kind load` of some versions refuses.
    BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
  };
}

function failure(
  error: unknown,
  code: InfrastructureCode,
  problem: string,
  advice: string,
  signal?: AbortSignal,
): unknown {
  if (!(error instanceof ToolError)) return error;
  if (signal?.aborted)
    return new InfrastructureError("interrupted", `${problem}: the run was stopped`, "Run it again.", { cause: error });
  if (isDaemonUnreachable(error.stderr))
    return new InfrastructureError(
      "docker-unavailable",
      `the Docker daemon does not answer: ${error.lastLine}`,
      DAEMON_ADVICE,
      { cause: error },
    );
  return new InfrastructureError(code, `${problem}: ${error.lastLine}`, advice, { cause: error });
}
