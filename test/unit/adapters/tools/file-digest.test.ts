import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sha256OfFile } from "../../../../src/adapters/tools/file-digest.ts";
import { testFolder } from "../../../fakes/fake-program.ts";

it("takes the SHA-256 of a file", async () => {
  const path = join(await testFolder(), "abc");
  await writeFile(path, "abc");
  expect(await sha256OfFile(path)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
