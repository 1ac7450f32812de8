import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowedFailuresSchema } from "../../../../src/domain/gate/allowed-failures.ts";

const entry = { id: "traffic-access/a", reason: "issue 12", expires: "2026-12-31" };

/** Path and message of each mistake. */
const mistakes = (value: unknown) => {
  const parsed = allowedFailuresSchema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("the file of known failures", () => {
  it.each([
    ["none", []],
    ["one", [entry]],
    ["two", [entry, { ...entry, id: "traffic-split/s" }]],
    ["the last day of a leap year's February", [{ ...entry, expires: "2028-02-29" }]],
  ])("may have %s", (_, list) => {
    expect(allowedFailuresSchema.parse(list)).toEqual(list);
  });

  it.each<[string, unknown, RegExp]>([
    ["an empty file", null, /^: .*array/],
    ["a map", { [entry.id]: entry }, /^: .*array/],
    ["no reason", [{ id: entry.id, expires: entry.expires }], /^0\.reason: /],
    ["an empty reason", [{ ...entry, reason: "" }], /^0\.reason: /],
    ["a blank reason", [{ ...entry, reason: "  " }], /^0\.reason: /],
    ["no day", [{ id: entry.id, reason: entry.reason }], /^0\.expires: /],
    ["a day in words", [{ ...entry, expires: "next week" }], /^0\.expires: .*YYYY-MM-DD/],
    ["a day as Americans write it", [{ ...entry, expires: "12/31/2026" }], /^0\.expires: .*YYYY-MM-DD/],
    ["a time of day", [{ ...entry, expires: "2026-12-31T00:00:00Z" }], /^0\.expires: .*YYYY-MM-DD/],
    ["a day that is none", [{ ...entry, expires: "2026-02-30" }], /^0\.expires: .*no such day/],
    ["a month that is none", [{ ...entry, expires: "2026-13-01" }], /^0\.expires: .*no such day/],
    ["an empty id", [{ ...entry, id: "" }], /^0\.id: /],
    ["a field too many", [{ ...entry, until: "2027-01-01" }], /until/],
    ["an assertion twice", [entry, { ...entry, reason: "another" }], /^1\.id: traffic-access\/a is listed twice$/],
  ])("may not have %s", (_, value, message) => {
    expect(mistakes(value).join("\n")).toMatch(message);
  });

  it("takes each day that there is", () => {
    const days = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        expect(mistakes([{ ...entry, expires: day.toISOString().slice(0, 10) }])).toEqual([]);
      }),
    );
  });
});
