/** Finds kind and helm, or downloads them; no download is run before its checksum has been compared. */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFile, downloadTool, find } from "@actions/tool-cache";
import { coerce, parse, satisfies } from "semver";
import { InfrastructureError } from "../../errors.ts";
import type { Clock, Log, Tool, WithTempFolder } from "../../ports.ts";
import { type PinnedTool, TOOL_DIGESTS } from "./digests.ts";
import { sha256OfFile } from "./file-digest.ts";
import { which } from "./which.ts";

/** Milliseconds for all attempts to download one tool; each is under 25 MB. */
const DOWNLOAD_MS = 5 * 60_000;
const VERSION_MS = 10_000;
const UNPACK_MS = 60_000;

interface ToolKind {
  readonly name: PinnedTool["tool"];
  /** Versions known to behave as kind.ts and helm.ts expect. */
  readonly accepted: string;
  readonly versionArgs: readonly string[];
  /** Where the program is in the archive; undefined when the download is the program. */
  readonly member?: (pin: PinnedTool) => string;
}

/** 0.20: node images are tied to the kind release that built them, and all that we pin are of 0.20 or later. */
const KIND: ToolKind = { name: "kind", accepted: ">=0.20.0 <1.0.0", versionArgs: ["version"] };
/** 4 is what ubuntu-26.04 runners have. */
const HELM: ToolKind = {
  name: "helm",
  accepted: ">=3.10.0 <5.0.0",
  versionArgs: ["version", "--short"],
  member: (pin) => `${pin.os}-${pin.arch}/helm`,
};

export interface FoundTool {
  readonly path: string;
  readonly version: string;
  readonly source: "path" | "cache" | "download";
}

export interface ToolSearch {
  readonly tool: Tool;
  readonly log: Pick<Log, "info" | "warn">;
  readonly clock: Pick<Clock, "deadline">;
  readonly withTempFolder: WithTempFolder;
  readonly signal?: AbortSignal;
  /** Folders that are searched first; those of PATH where left out. */
  readonly path?: string;
  /** What may be downloaded where none is found. */
  readonly digests?: readonly PinnedTool[];
  /** False: only what is there already. */
  readonly mayDownload?: boolean;
  /** Folder of this run, for a program that comes in an archive. */
  readonly unpackTo?: string;
}

/** Throws InfrastructureError("download" | "digest-mismatch"). */
export const findKind = (search: ToolSearch): Promise<FoundTool> => findTool(KIND, search);

/** Throws InfrastructureError("download" | "digest-mismatch"). */
export const findHelm = (search: ToolSearch & { readonly unpackTo: string }): Promise<FoundTool> =>
  findTool(HELM, search);

async function findTool(wanted: ToolKind, search: ToolSearch): Promise<FoundTool> {
  const onPath = await which(wanted.name, search.path);
  if (onPath) {
    const version = await versionOf(wanted, onPath, search.tool);
    // Builds between two releases have a prerelease tag, which a range would otherwise never accept.
    if (version && satisfies(version, wanted.accepted, { includePrerelease: true }))
      return { path: onPath, version, source: "path" };
    search.log.warn(
      `${onPath} is ${version ?? "of unknown version"}, not ${wanted.accepted}: another ${wanted.name} is used.`,
    );
  }
  const pin = pinFor(wanted, search.digests ?? TOOL_DIGESTS);
  // Outside a runner nothing sets the tool cache's folder, and the library has no default.
  process.env.RUNNER_TOOL_CACHE ||= join(
    process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
    "smi-conformance",
    "tools",
  );
  const cached = await cachedFile(wanted, pin, search);
  if (cached !== undefined)
    return { path: await runnable(wanted, pin, cached, search), version: pin.version, source: "cache" };
  if (search.mayDownload === false)
    throw new InfrastructureError(
      "download",
      `${wanted.name} is neither on PATH nor in the tool cache`,
      `Install ${wanted.name} ${wanted.accepted} on PATH.`,
    );
  search.log.info(`Downloading ${pin.tool} ${pin.version} from ${pin.url} ...`);
  const file = await download(wanted, pin, search);
  return { path: await runnable(wanted, pin, file, search), version: pin.version, source: "download" };
}

/** Name in the tool cache of what was downloaded, which is what the digest is of. */
const cacheName = ({ name, member }: ToolKind) => (member === undefined ? name : `${name}.tar.gz`);

/** Other steps and jobs may write to the tool cache as well: what is there is used only where it has the digest. */
async function cachedFile(wanted: ToolKind, pin: PinnedTool, { log }: ToolSearch): Promise<string | undefined> {
  const folder = find(pin.tool, pin.version, pin.arch);
  if (folder === "") return undefined;
  const file = join(folder, cacheName(wanted));
  const got = await sha256OfFile(file).catch(() => undefined);
  if (got === pin.sha256) return file;
  log.warn(`${folder} in the tool cache is not ${pin.tool} ${pin.version} as it was published, and is replaced`);
  return undefined;
}

/** The program itself, or unpacked from its archive into the folder of this run. */
async function runnable(wanted: ToolKind, pin: PinnedTool, file: string, search: ToolSearch): Promise<string> {
  if (wanted.member === undefined) return file;
  if (search.unpackTo === undefined) throw new RangeError(`${wanted.name} is an archive, and needs a folder`);
  return unpacked(file, wanted.member(pin), search.unpackTo, search.tool);
}

async function versionOf(wanted: ToolKind, path: string, tool: Tool): Promise<string | undefined> {
  const seen = await tool.run([path, ...wanted.versionArgs], { timeoutMs: VERSION_MS }).catch(() => undefined);
  const printed = /v?\d+\.\d+\S*/.exec(seen?.stdout ?? "")?.[0];
  // Built from source without release flags, helm says only "v3.21".
  return (parse(printed) ?? coerce(printed))?.version;
}

function pinFor(wanted: ToolKind, digests: readonly PinnedTool[]): PinnedTool {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const pin = digests.find((one) => one.tool === wanted.name && one.os === process.platform && one.arch === arch);
  if (pin) return pin;
  throw new InfrastructureError(
    "download",
    `no ${wanted.name} can be downloaded for ${process.platform} on ${process.arch}: its checksum is not known`,
    `Install ${wanted.name} ${wanted.accepted} on PATH.`,
  );
}

async function download(wanted: ToolKind, pin: PinnedTool, search: ToolSearch): Promise<string> {
  return search.withTempFolder(async (folder) => {
    const file = await fetched(wanted, pin, folder, search);
    const got = await sha256OfFile(file);
    if (got !== pin.sha256) {
      await rm(file, { force: true });
      throw new InfrastructureError(
        "digest-mismatch",
        `${pin.url} is not ${pin.tool} ${pin.version} as it was published: expected sha256 ${pin.sha256}, got ${got}; the file was removed`,
        `Look for a proxy that rewrites downloads, or install ${pin.tool} ${wanted.accepted} on PATH from a source that you trust.`,
      );
    }
    await chmod(file, 0o755);
    const name = cacheName(wanted);
    return join(await cacheFile(file, name, pin.tool, pin.version, pin.arch), name);
  });
}

async function fetched(
  wanted: ToolKind,
  pin: PinnedTool,
  folder: string,
  { clock, signal }: ToolSearch,
): Promise<string> {
  const deadline = clock.deadline(DOWNLOAD_MS);
  try {
    signal?.throwIfAborted();
    const downloading = downloadTool(pin.url, join(folder, randomUUID()));
    // tool-cache cannot be stopped: we only stop waiting for it, and nobody else handles its later failure.
    downloading.catch(() => {});
    return await Promise.race([downloading, rejection(signal ? AbortSignal.any([signal, deadline]) : deadline)]);
  } catch (cause) {
    if (signal?.aborted)
      throw new InfrastructureError("interrupted", `downloading ${pin.tool} was stopped`, "Run it again.", { cause });
    throw new InfrastructureError(
      "download",
      `${pin.tool} ${pin.version} could not be downloaded from ${pin.url}: ${cause instanceof Error ? cause.message : String(cause)}`,
      `Install ${pin.tool} ${wanted.accepted} on PATH, or let this machine reach that address (HTTPS_PROXY is respected).`,
      { cause },
    );
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

/** Unpacks one member alone: nothing else that the archive may contain is written anywhere. */
async function unpacked(archive: string, member: string, folder: string, tool: Tool): Promise<string> {
  const target = join(folder, "unpacked");
  await mkdir(target);
  await tool.run(["tar", "-xzf", archive, "-C", target, member], { timeoutMs: UNPACK_MS });
  return join(target, member);
}
