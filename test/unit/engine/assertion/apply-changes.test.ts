import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differences } from "../../../../src/domain/smi/field-diff.ts";
import { bodyOf } from "../../../../src/engine/assertion/apply-changes.ts";

describe("differences between what was sent and what is stored", () => {
  it.each([
    ["the same", { a: [1, { b: "x" }] }, { a: [1, { b: "x" }] }, []],
    ["what the server added", { a: 1 }, { a: 1, b: 2 }, []],
    ["what the server added to an item of a list", [{ a: 1 }], [{ a: 1, b: 2 }], []],
    ["a field pruned", { spec: { a: 1, b: 2 } }, { spec: { a: 1 } }, ["spec.b"]],
    ["a field changed", { spec: { a: 1 } }, { spec: { a: "1" } }, ["spec.a"]],
    ["a field nulled", { a: { b: 1 } }, { a: null }, ["a"]],
    ["an item changed", { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 3 }] }, ["a[1].b"]],
    ["an item added", { a: [1] }, { a: [1, 2] }, ["a"]],
    ["an item removed", { a: [1, 2] }, { a: [1] }, ["a"]],
    ["items in another order", { a: [1, 2] }, { a: [2, 1] }, ["a[0]", "a[1]"]],
    ["a list made a map", { a: [{ b: 1 }] }, { a: { b: 1 } }, ["a"]],
    ["an empty list gone", { a: [] }, {}, ["a"]],
    ["an empty object gone", { a: {} }, {}, ["a"]],
    ["null kept", { a: null }, { a: null }, []],
    ["null dropped", { a: null }, {}, ["a"]],
    ["several", { a: 1, b: { c: 1, d: 1 } }, { b: { d: 2 } }, ["a", "b.c", "b.d"]],
  ])("%s", (_, sent, stored, wanted) => {
    expect(differences(sent, stored)).toEqual(wanted);
  });

  it("are none against itself, and one where any top field is dropped", () => {
    const values = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
    fc.assert(
      fc.property(values, (value) => {
        expect(differences(value, structuredClone(value))).toEqual([]);
        const [first = "", ...rest] = Object.keys(value);
        const without = Object.fromEntries(rest.map((key) => [key, value[key]]));
        expect(differences(value, without)).toEqual([first]);
      }),
    );
  });
});

it("an object's body is what is neither identity, metadata nor status", () => {
  const identity = { apiVersion: "v1", kind: "K", metadata: { name: "x" } };
  expect(bodyOf({ ...identity, spec: { a: 1 }, matches: [], status: { ready: true } })).toEqual({
    spec: { a: 1 },
    matches: [],
  });
});
