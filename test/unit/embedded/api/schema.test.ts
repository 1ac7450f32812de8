import { describe, expect, it } from "vitest";
import { causesOf, prune, type Schema, withDefaults } from "../../../../src/embedded/api/schema.ts";

const text: Schema = { type: "string" };
const unknown = { "x-kubernetes-preserve-unknown-fields": true } as const;
const under = (spec: Schema): Schema => ({ type: "object", properties: { spec } });

describe("causes of an Invalid, as an API server words them", () => {
  it.each<[unknown, Schema, string[]]>([
    ["a", text, []],
    [1, text, ['spec: Invalid value: "integer": spec in body must be of type string: "integer"']],
    ["1", { type: "integer" }, ['spec: Invalid value: "string": spec in body must be of type integer: "string"']],
    [0.5, { type: "integer" }, ['spec: Invalid value: "number": spec in body must be of type integer: "number"']],
    [1, { type: "number" }, []],
    [0.5, { type: "number" }, []],
    [null, text, ['spec: Invalid value: "null": spec in body must be of type string: "null"']],
    [null, { ...text, nullable: true }, []],
    [{}, { type: "array" }, ['spec: Invalid value: "object": spec in body must be of type array: "object"']],
    [[], { type: "object" }, ['spec: Invalid value: "array": spec in body must be of type object: "array"']],
    [true, { type: "boolean" }, []],
    ["10m", { "x-kubernetes-int-or-string": true }, []],
    [10, { "x-kubernetes-int-or-string": true, pattern: "^x$" }, []],
    [
      0.5,
      { "x-kubernetes-int-or-string": true },
      ['spec: Invalid value: "number": spec in body must be of type integer,string: "number"'],
    ],
    ["FOO", { ...text, enum: ["*", "GET"] }, ['spec: Unsupported value: "FOO": supported values: "*", "GET"']],
    ["GET", { ...text, enum: ["*", "GET"] }, []],
    [0, { type: "integer", minimum: 1 }, ["spec: Invalid value: 0: spec in body should be greater than or equal to 1"]],
    [9, { type: "integer", maximum: 8 }, ["spec: Invalid value: 9: spec in body should be less than or equal to 8"]],
    ["a", { ...text, pattern: "^b+$" }, ["spec: Invalid value: \"a\": spec in body should match '^b+$'"]],
    ["", { ...text, minLength: 1 }, ['spec: Invalid value: "": spec in body should be at least 1 chars long']],
    ["abc", { ...text, maxLength: 2 }, ["spec: Too long: may not be more than 2 bytes"]],
    [[], { type: "array", minItems: 1 }, ["spec: Invalid value: 0: spec in body should have at least 1 items"]],
    [[1, 2], { type: "array", maxItems: 1 }, ["spec: Too many: 2: must have at most 1 items"]],
    [{}, { type: "object", required: ["a", "b"] }, ["spec.a: Required value", "spec.b: Required value"]],
    [
      [{ a: 1 }, { a: "x" }],
      { type: "array", items: { type: "object", properties: { a: text } } },
      ['spec[0].a: Invalid value: "integer": spec[0].a in body must be of type string: "integer"'],
    ],
    [
      { x: 1, y: "a" },
      { type: "object", additionalProperties: text },
      ['spec.x: Invalid value: "integer": spec.x in body must be of type string: "integer"'],
    ],
    [{ x: 1 }, { type: "object", additionalProperties: true }, []],
    [{ other: 1 }, { type: "object", properties: { a: text } }, []],
    [["a", "a"], { type: "array", items: text, "x-kubernetes-list-type": "set" }, ['spec[1]: Duplicate value: "a"']],
    [["a", "a"], { type: "array", items: text }, []],
    [
      [{ k: 1 }, { k: 1 }, { k: 2 }],
      { type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"] },
      ['spec[1]: Duplicate value: {"k":1}'],
    ],
  ])("%j", (value, schema, causes) => {
    expect(causesOf({ spec: value }, under(schema), "")).toEqual(causes);
  });
});

describe("what a schema does not know", () => {
  it.each<[string, unknown, Schema, unknown]>([
    ["goes", { a: "1", b: 1 }, { properties: { a: text } }, { a: "1" }],
    [
      "goes in depth",
      { l: [{ a: "1", b: 1 }] },
      { properties: { l: { items: { properties: { a: text } } } } },
      { l: [{ a: "1" }] },
    ],
    ["stays where any name is known", { a: "1" }, { additionalProperties: text }, { a: "1" }],
    ["goes where no name is known", { a: "1" }, { additionalProperties: false }, {}],
    ["stays where it is said to", { a: { b: 1 } }, { properties: { a: unknown } }, { a: { b: 1 } }],
    [
      "still goes from a known field within that",
      { a: { b: 1, c: { d: 1 } } },
      { properties: { a: { ...unknown, properties: { c: {} } } } },
      { a: { b: 1, c: {} } },
    ],
  ])("%s", (_, value, schema, kept) => {
    expect(prune(value, schema)).toEqual(kept);
  });
});

describe("defaults", () => {
  const schema: Schema = {
    properties: {
      a: { ...text, default: "x" },
      n: { ...text, nullable: true, default: "y" },
      l: { items: { properties: { b: { default: 1 } } } },
    },
  };
  it.each<[unknown, unknown]>([
    [{}, { a: "x", n: "y" }],
    [
      { a: "own", n: "own" },
      { a: "own", n: "own" },
    ],
    [
      { a: null, n: null },
      { a: "x", n: null },
    ],
    [{ l: [{}, { b: 2 }] }, { a: "x", n: "y", l: [{ b: 1 }, { b: 2 }] }],
  ])("for %j", (value, filled) => {
    expect(withDefaults(value, schema)).toEqual(filled);
  });
});
