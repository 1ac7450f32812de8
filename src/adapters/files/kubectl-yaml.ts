/**
 * Plain scalars as kubectl reads them. It goes by YAML 1.1 where the parser here goes by 1.2 (`0420` is 272, `yes` is true),
 * and by its own library where that departs from YAML 1.1 (`1:30` and dates are texts).
 * Source: resolve.go of go-yaml 2, which sigs.k8s.io/yaml uses.
 */
import { Scalar, type ScalarTag, type Tags } from "yaml";

const truths = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
const lies = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];

const INTEGER = /^[-+]?(?:0b[01]+|0x[0-9a-fA-F]+|0o?[0-7]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const SPECIAL = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

const plain = (text: string) => text.replaceAll("_", "");

function integerOf(text: string): number {
  const digits = plain(text).replace(/^[-+]/, "");
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return text.startsWith("-") ? -value : value;
}

function floatOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(plain(text));
}

type Resolved = ScalarTag["resolve"];

/** @param reads whether the text is of this type */
const tag = (name: string, reads: (text: string) => boolean, resolve: Resolved, identify: ScalarTag["identify"]) =>
  ({
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    test: { test: reads } as RegExp,
    resolve,
    ...(identify && { identify }),
  }) satisfies ScalarTag;

const scalarTags: readonly ScalarTag[] = [
  {
    ...tag(
      "null",
      (text) => /^(?:~|null|Null|NULL)?$/.test(text),
      () => new Scalar(null),
      (value) => value === null,
    ),
    createNode: () => new Scalar(null),
  },
  tag(
    "bool",
    (text) => truths.includes(text) || lies.includes(text),
    (text) => truths.includes(text),
    (value) => typeof value === "boolean",
  ),
  tag(
    "int",
    (text) => INTEGER.test(plain(text)),
    integerOf,
    (value) => Number.isInteger(value),
  ),
  tag(
    "float",
    (text) => FLOAT.test(plain(text)) || SPECIAL.test(text),
    floatOf,
    (value) => typeof value === "number",
  ),
];

/** For the option `customTags` of the schema `failsafe`, which knows maps, lists and texts. */
export const kubectlTags = (tags: Tags): Tags => [...tags, ...scalarTags];
