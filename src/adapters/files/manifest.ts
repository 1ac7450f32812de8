/** The objects of a Kubernetes manifest, read as kubectl reads them. */
import { type Document, isMap, isSeq, LineCounter, type ParsedNode, parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { ConfigurationError } from "../../errors.ts";
import { kubectlTags } from "./kubectl-yaml.ts";
import { readText } from "./read-text.ts";
import { oneOrAll } from "./yaml.ts";
import { mendNodes, offsetOf } from "./yaml-nodes.ts";

const REMEDY = "Give a file of Kubernetes objects in YAML, each with apiVersion, kind and metadata.name.";

interface Found {
  readonly offset: number;
  readonly message: string;
  readonly remedy?: string;
}

interface ReadObjects {
  readonly objects: readonly KubernetesObject[];
  readonly faults: readonly Found[];
}

const nothing: ReadObjects = { objects: [], faults: [] };
const wrong = (offset: number, message: string): ReadObjects => ({ objects: [], faults: [{ offset, message }] });
const together = (all: readonly ReadObjects[]): ReadObjects => ({
  objects: all.flatMap(({ objects }) => objects),
  faults: all.flatMap(({ faults }) => faults),
});

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** The node of the items of a list, and of one of them, for their places. */
const itemsNode = (node: unknown): unknown => (isMap(node) ? node.get("items", true) : undefined);
const itemNode = (items: unknown, index: number): unknown => (isSeq(items) ? items.items[index] : undefined);

/** The items of a list of objects: of kind List, or PodList and the like, which name the kind of items that do not. */
function listed(list: Fields, node: unknown, offset: number): ReadObjects {
  const node0 = itemsNode(node);
  const place = node0 === undefined ? offset : offsetOf(node0);
  const { items, kind, apiVersion } = list;
  if (items === undefined) return wrong(offset, `a ${String(kind)} without items`);
  // The items of an empty list may be written as nothing at all.
  if (items === null) return nothing;
  if (!Array.isArray(items)) return wrong(place, `the items of a ${String(kind)} have to be a list`);
  const of = String(kind).slice(0, -"List".length);
  return together(
    (items as readonly unknown[]).map((item, index) => {
      const inner = itemNode(node0, index);
      const defaults = of === "" ? {} : { kind: of, apiVersion };
      return objectsOf(
        isFields(item) ? { ...defaults, ...item } : item,
        inner,
        inner === undefined ? place : offsetOf(inner),
      );
    }),
  );
}

function objectsOf(value: unknown, node: unknown, offset: number): ReadObjects {
  if (!isFields(value)) return wrong(offset, "this is not a Kubernetes object");
  if (isText(value.kind) && value.kind.endsWith("List")) return listed(value, node, offset);
  const { apiVersion, kind, metadata } = value;
  const lacks = [
    ...(isText(apiVersion) ? [] : ["apiVersion"]),
    ...(isText(kind) ? [] : ["kind"]),
    ...(isFields(metadata) && isText(metadata.name) ? [] : ["metadata.name"]),
  ];
  if (lacks.length > 0) return wrong(offset, `an object without ${lacks.join(" and ")}`);
  return { objects: [value as unknown as KubernetesObject], faults: [] };
}

function inDocument(document: Document.Parsed<ParsedNode>): ReadObjects {
  if (document.errors.length > 0)
    return { objects: [], faults: document.errors.map(({ pos, message }) => ({ offset: pos[0], message })) };
  const { faults, readable } = mendNodes(document);
  if (faults.length > 0 || !readable) return { objects: [], faults };
  // Without the parser's own bound, which counts aliases and not what they repeat.
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  return value === null ? nothing : objectsOf(value, document.contents, offsetOf(document.contents));
}

function documentsOf(text: string, lines: LineCounter): readonly Document.Parsed<ParsedNode>[] {
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    schema: "failsafe",
    customTags: kubectlTags,
  } as const;
  const documents = parseAllDocuments(text, options);
  return Array.isArray(documents) ? (documents as readonly Document.Parsed<ParsedNode>[]) : [];
}

function objectsIn(text: string, lines: LineCounter): ReadObjects {
  try {
    return together(documentsOf(text, lines).map(inDocument));
  } catch (error) {
    if (error instanceof RangeError) return wrong(0, "the lists and maps are nested too deeply");
    throw error;
  }
}

/** @throws InputErrors with every mistake, or the one that there is, each with `file:line:column`. */
export async function readManifest(file: string): Promise<readonly KubernetesObject[]> {
  const lines = new LineCounter();
  const { objects, faults } = objectsIn(await readText("manifest", file, file), lines);
  if (faults.length > 0)
    throw oneOrAll(
      faults.map(({ offset, message, remedy = REMEDY }) => {
        const { line, col } = lines.linePos(offset);
        // A text without a line break has no first line for the counter.
        return new ConfigurationError("manifest", `${file}:${line || 1}:${col || 1}: ${message}`, remedy);
      }),
    );
  if (objects.length === 0) throw new ConfigurationError("manifest", `"${file}" contains no object`, REMEDY);
  return objects;
}
