import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Catalogue, readCatalogue } from "../../../src/adapters/files/catalogue.ts";
import { listCommand } from "../../../src/commands/list.ts";
import { tagsOf } from "../../../src/domain/assertion/tags.ts";
import { mistakesOf } from "../inputs/mistakes.ts";

const bundled = join(import.meta.dirname, "..", "..", "..", "assertions");
let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue(bundled);
});

async function list(...argv: readonly string[]): Promise<string> {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  expect(await listCommand(bundled, print).run(argv)).toBe(0);
  return printed;
}

const idsOf = async (...argv: readonly string[]) =>
  (JSON.parse(await list(...argv, "--json")) as { readonly id: string }[]).map(({ id }) => id);

describe("list", () => {
  it("shows every assertion, one a line: id, level and title", async () => {
    const lines = (await list()).split("\n");
    expect(lines).toHaveLength(catalogue.assertions.length);
    expect(lines.map((line) => /^(\S+) +(\S+) +(.*)$/.exec(line)?.slice(1))).toEqual(
      catalogue.assertions.map(({ id, level, title }) => [id, level, title]),
    );
  });

  it("selects by spec, by level and by clause, and by all of them together", async () => {
    const { assertions } = catalogue;
    const all = (test: (one: (typeof assertions)[number]) => boolean) => assertions.filter(test).map(({ id }) => id);
    const split = all(({ spec }) => spec === "traffic-split");
    expect(split.length).toBeGreaterThan(10);
    expect(await idsOf("--spec", "traffic-split")).toEqual(split);
    expect(await idsOf("--level", "SHOULD,MAY", "--level", "none")).toEqual(
      all(({ level }) => ["SHOULD", "MAY", "none"].includes(level)),
    );
    const cited = assertions.flatMap(({ basis }) => basis).find(({ line }) => line !== undefined);
    const { doc = "", line } = cited ?? {};
    const onDocument = all(({ basis }) => basis.some((one) => one.doc === doc));
    const onLine = all(({ basis }) => basis.some((one) => one.doc === doc && one.line === line));
    expect(await idsOf("--clause", doc)).toEqual(onDocument);
    expect(await idsOf("--clause", `${doc}#L${line}`)).toEqual(onLine);
    expect(onLine.length).toBeLessThan(onDocument.length);
    expect(await idsOf("--tag", "udp")).toEqual(all((one) => tagsOf(one).includes("udp")));
    expect(await idsOf("--tag", "udp", "--tag", "workload")).toEqual(
      all((one) => tagsOf(one).some((tag) => tag === "udp" || tag === "workload")),
    );
    expect(await idsOf("--clause", doc, "--level", "MUST")).toEqual(
      all(({ basis, level }) => level === "MUST" && basis.some((one) => one.doc === doc)),
    );
  });

  it("has as JSON what the files say", async () => {
    const [first] = JSON.parse(await list("--json")) as Record<string, unknown>[];
    const { id, title, says, spec, level, basis, versions } = catalogue.assertions[0] ?? {};
    expect(first).toMatchObject({ id, title, says, spec, level, basis, versions, observed: false });
  });

  it("says so where no assertion meets all that is asked", async () => {
    const argv = ["--spec", "traffic-split", "--clause", "traffic-access/v1alpha3"];
    expect(await list(...argv)).toBe("no assertion meets all of these");
    expect(await idsOf(...argv)).toEqual([]);
  });

  it("names every mistake at once, with what may have been meant", async () => {
    const argv = ["--spec", "traffic-splt", "--level", "ALWAYS", "--clause", "traffic-split/v1alpha9", "--jsn", "x"];
    const mistakes = await mistakesOf(() => list(...argv));
    expect(mistakes.map(({ message, remedy }) => `${message} -> ${remedy}`)).toEqual([
      "--jsn: there is no such option -> Did you mean --json? --help lists all options.",
      expect.stringMatching(
        /^--spec: there is no spec "traffic-splt" -> Did you mean traffic-split.*\? The specs are /,
      ),
      '--level: there is no level "ALWAYS" -> The levels are MUST, SHOULD, MAY, implied, none.',
      expect.stringMatching(
        /^--clause: no assertion rests on "traffic-split\/v1alpha9" -> Did you mean traffic-split\//,
      ),
    ]);
    expect((await mistakesOf(() => list("--assertions", "/no/folder")))[0]?.message).toContain('"/no/folder"');
  });
});
