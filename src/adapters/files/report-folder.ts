/** The folder that the files of one run go to: each is written whole or not at all. */
import { randomUUID } from "node:crypto";
import { rename, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { EVIDENCE_FOLDER } from "../../domain/report/file-names.ts";
import { InfrastructureError } from "../../errors.ts";
import type { OwnReportFolder } from "../../ports.ts";
import { makeFolders } from "./folders.ts";
import { beginList, draftName, enter, filesBelow } from "./own-files.ts";

/** Bytes that evidence leaves free: all forms of a report have less than 2 MiB. */
const REPORT_ROOM = 8 * 1024 * 1024;
/** Bytes that another program's files may take: kind's logs have some 20 MiB. */
const COLLECTION_ROOM = 128 * 1024 * 1024;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const unwritable = (target: string, why: string, cause?: unknown) =>
  new InfrastructureError(
    "report-write",
    `${target} cannot be written: ${why}`,
    "Check that the disk has room and that the folder is writable.",
    cause === undefined ? undefined : { cause },
  );

/** `write`, `collect` and `begin` throw InfrastructureError("report-write"). */
export function createReportFolder(path: string): OwnReportFolder {
  const root = resolve(path);
  const run = randomUUID();
  const written = new Set<string>();
  let listed = false;

  async function note(paths: readonly string[]): Promise<void> {
    if (listed) await enter(root, paths);
    for (const one of paths) written.add(one);
  }

  /** A full disk must cost evidence, and never the report, which is written after it. */
  async function requireRoom(target: string, bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(root);
    if (bavail * bsize < REPORT_ROOM + bytes)
      throw unwritable(target, "the last room on the disk is kept for the report");
  }

  return {
    path: root,
    run,
    files: () => [...written].sort(),

    async begin() {
      try {
        await makeFolders(root);
        await beginList(root, run);
        listed = true;
      } catch (cause) {
        throw cause instanceof Error && "code" in cause ? unwritable(root, reasonOf(cause), cause) : cause;
      }
    },

    async write(relative, content) {
      const target = resolve(root, relative);
      if (isAbsolute(relative) || !target.startsWith(root + sep)) {
        throw new InfrastructureError(
          "report-write",
          `"${relative}" is outside the report folder`,
          "This is a defect of smi-conformance: please report it.",
        );
      }
      // Renamed into place, so that nobody ever reads half a report of a run that died.
      const draft = join(root, draftName(randomUUID()));
      try {
        await makeFolders(dirname(target));
        if (relative.startsWith(`${EVIDENCE_FOLDER}/`)) await requireRoom(target, Buffer.byteLength(content));
        await note([relative]);
        await writeFile(draft, content, { flag: "wx" });
        await rename(draft, target);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => {});
        throw cause instanceof InfrastructureError ? cause : unwritable(target, reasonOf(cause), cause);
      }
    },

    async collect(relative, fill) {
      const target = join(root, relative);
      try {
        await makeFolders(target);
        await requireRoom(target, COLLECTION_ROOM);
      } catch (cause) {
        throw cause instanceof InfrastructureError ? cause : unwritable(target, reasonOf(cause), cause);
      }
      try {
        await fill(target);
      } finally {
        await note(await filesBelow(root, relative));
      }
    },
  };
}
