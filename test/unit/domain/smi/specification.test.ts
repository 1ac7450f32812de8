import { describe, expect, it } from "vitest";
import { clauseName, clauseUrl } from "../../../../src/domain/smi/specification.ts";

describe("clauseUrl", () => {
  const root = "https://github.com/servicemeshinterface/smi-spec/blob/cc4babd/apis";
  it.each([
    ["traffic-access/v1alpha3", 15, `${root}/traffic-access/v1alpha3/traffic-access.md?plain=1#L15`],
    ["traffic-metrics/v1alpha1", undefined, `${root}/traffic-metrics/v1alpha1/traffic-metrics.md`],
    ["../../other/repo", 1, undefined],
    ["traffic-access/v1alpha3)](x", 1, undefined],
    ["README.md", 1, undefined],
  ])("%s line %s", (doc, line, expected) => {
    expect(clauseUrl({ doc, line })).toBe(expected);
  });
});

it("a clause is named by its document and line", () => {
  expect(clauseName({ doc: "traffic-access/v1alpha3", line: 15 })).toBe("traffic-access/v1alpha3 line 15");
  expect(clauseName({ doc: "traffic-access/v1alpha3" })).toBe("traffic-access/v1alpha3");
});
