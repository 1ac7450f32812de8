/** Whole workflows that a document shows for copying. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument, visit } from "yaml";

const root = join(import.meta.dirname, "..", "..", "..");

export interface ShownWorkflow {
  /** Document, and the heading that it stands below. */
  readonly title: string;
  /** Of its first line, where that is a comment with a path. */
  readonly path: string;
  readonly text: string;
}

/** The YAML blocks of a document that have jobs: a block with a step or two is no workflow. */
export async function shownWorkflows(document: string): Promise<readonly ShownWorkflow[]> {
  const markdown = await readFile(join(root, document), "utf8");
  let heading = "";
  const shown: ShownWorkflow[] = [];
  for (const [part] of markdown.matchAll(/^#+ .*$|^```\w*\n[\s\S]*?^```$/gm)) {
    if (part.startsWith("#")) heading = part.replace(/^#+ /, "");
    const [, text = ""] = /^```ya?ml\n([\s\S]*)```$/.exec(part) ?? [];
    const [, path = ".github/workflows/shown.yml"] = /^# (\S+\.ya?ml)/.exec(text) ?? [];
    if (/^jobs:$/m.test(text)) shown.push({ title: `${document}, ${heading}, ${path}`, path, text });
  }
  return shown;
}

/** The workflow with these inputs for each step that uses `action`, in the place of those that it names; all else as it is. */
export function withInputs(text: string, action: string, inputs: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  let steps = 0;
  visit(document, {
    Map(_key, node) {
      if (node.get("uses") !== action) return;
      steps += 1;
      const kept = (node.toJS(document) as { with?: Record<string, string> }).with ?? {};
      node.set("with", document.createNode({ ...kept, ...inputs }));
    },
  });
  if (steps === 0) throw new Error(`no step uses ${action}`);
  return document.toString();
}

/** The action.yml with these defaults in the place of its own: for a workflow that is to be run to the letter. */
export function withDefaults(text: string, defaults: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  for (const [name, value] of Object.entries(defaults)) {
    if (!document.hasIn(["inputs", name])) throw new Error(`the action has no input ${name}`);
    document.setIn(["inputs", name, "default"], value);
  }
  return document.toString();
}
