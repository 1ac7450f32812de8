import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../../..");

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>;
        readonly steps?: readonly { readonly uses?: string }[];
      }
    >
  >;
}

const shown = async () => {
  const guide = await readFile(join(root, "docs/workflows.md"), "utf8");
  const found = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
  return found.find((text) => text.includes("name: attested")) ?? "";
};

it.each([
  ["this project's own", () => readFile(join(root, ".github/workflows/attest.yml"), "utf8")],
  ["the one that users copy", shown],
])("a result is signed in a job that runs nothing else: %s", async (_which, read) => {
  const { jobs } = parse(await read()) as Workflow;
  const signing = Object.values(jobs).filter(({ permissions }) => permissions?.["id-token"] === "write");
  expect(signing).toHaveLength(1);
  expect(signing[0]?.permissions).toEqual({ "id-token": "write", attestations: "write" });
  expect(signing[0]?.steps?.map(({ uses }) => uses?.split("@")[0])).toEqual(["actions/attest"]);
});
