/** What a YAML text must not contain before its values are read: aliases to nothing, merges of no map, and bombs. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type ParsedNode,
  Scalar,
  visit,
} from "yaml";

/** Something wrong with a node of the text. */
export interface NodeFault {
  /** Offset of the node in the text. */
  readonly offset: number;
  readonly message: string;
  readonly remedy: string;
}

export interface Mended {
  readonly faults: readonly NodeFault[];
  /** False where reading the values would take more time and room than there is. */
  readonly readable: boolean;
}

/** Nodes that aliases may add to those of the text: far more than any file that a person maintains. */
const MAX_REPEATED = 100_000;

export const offsetOf = (node: unknown): number =>
  (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;

/** A plain `<<`; between quotes it is a key like any other. */
export const isMergeKey = (key: unknown): boolean => isScalar(key) && typeof key.value === "symbol";

/** Nodes of a value with its aliases carried out. Infinite where an alias stands inside of what it repeats. */
function sizeOf(node: unknown, anchors: ReadonlyMap<unknown, Node>, known: Map<unknown, number>): number {
  if (isAlias(node)) return sizeOf(anchors.get(node), anchors, known);
  if (isPair(node)) return sizeOf(node.key, anchors, known) + sizeOf(node.value, anchors, known);
  if (!isCollection(node)) return 1;
  const size = known.get(node);
  if (size !== undefined) return size;
  known.set(node, Number.POSITIVE_INFINITY);
  const sum = node.items.reduce<number>((total, item) => total + sizeOf(item, anchors, known), 1);
  known.set(node, sum);
  return sum;
}

/**
 * Finds what is wrong with the aliases, merge keys and keys of a document, and takes it out, so that the rest can be read:
 * in place of an alias to nothing there is null.
 */
export function mendNodes(document: Document.Parsed<ParsedNode>): Mended {
  const faults: NodeFault[] = [];
  const byName = new Map<string, Node>();
  const sources = new Map<unknown, Node>();
  let nodes = 0;
  let last: unknown;
  const fault = (node: unknown, message: string, remedy: string) => {
    faults.push({ offset: offsetOf(node), message, remedy });
  };
  const aliasFault = (alias: { readonly source: string }) =>
    fault(
      alias,
      `the alias *${alias.source} refers to nothing`,
      `Write an anchor &${alias.source} before it, or put a text that begins with an asterisk between quotes.`,
    );
  /** Whether all that a merge key names are maps. */
  const merges = ({ value }: Pair): boolean =>
    (isSeq(value) ? value.items : [value]).every((item) => {
      const source = isAlias(item) ? byName.get(item.source) : item;
      if (isMap(source)) return true;
      if (isAlias(item) && source === undefined) aliasFault(item);
      else
        fault(
          item ?? value,
          "a merge key << takes a map, or a list of maps",
          "Give an alias of a map, for example <<: *defaults.",
        );
      return false;
    });
  visit(document, {
    Node(_, node) {
      nodes++;
      if (!isAlias(node) && node.anchor !== undefined) byName.set(node.anchor, node);
    },
    Pair(_, pair) {
      if (isCollection(pair.key)) {
        fault(pair.key, "a key has to be a text", "Put what stands before the colon between quotes.");
        return visit.REMOVE;
      }
      return isMergeKey(pair.key) && !merges(pair) ? visit.REMOVE : undefined;
    },
    Alias(_, alias, ancestors) {
      const source = byName.get(alias.source);
      if (source !== undefined && !ancestors.includes(source)) {
        sources.set(alias, source);
        last = alias;
        return undefined;
      }
      if (source === undefined) aliasFault(alias);
      else fault(alias, `the alias *${alias.source} stands inside of what it repeats`, "Leave it out.");
      const nothing = new Scalar(null);
      nothing.range = alias.range ?? null;
      return nothing;
    },
  });
  const readable = sizeOf(document.contents, sources, new Map()) <= nodes + MAX_REPEATED;
  if (!readable)
    fault(last, `the aliases up to here repeat more than ${MAX_REPEATED} values`, "Write out what is meant.");
  return { faults, readable };
}
