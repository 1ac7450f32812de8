/** `smi-conformance explain`: an assertion in words, and what it would apply as Kubernetes YAML. */
import { readCatalogue } from "../adapters/files/catalogue.ts";
import { type AskedVersions, shownVersions } from "../domain/assertion/shown-versions.ts";
import { suggest } from "../domain/suggest.ts";
import { ConfigurationError } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import { collectErrors } from "../inputs/error-collector.ts";
import { parseVersionOfEach } from "../inputs/smi-versions.ts";
import { explainAssertion, explainYaml, stepsWithYaml } from "../render/explain/explain.ts";
import { type Joining, PLAIN_IMAGE, type Subject } from "../render/explain/subject.ts";
import type { Command } from "./command.ts";

const usage = `smi-conformance explain ID [OPTION...]

  Says what an assertion demands, step by step, and prints what it would apply as Kubernetes YAML and what to type to
  see the same by hand.

  --versions "ACCESS SPECS SPLIT"
                     Versions to write it in, for example "v1alpha2 v1alpha3 v1alpha3"; otherwise the newest release
                     that it applies to.
  --mesh NAME        Join this mesh: its labels, annotations and host names.
  --mesh-profile FILE
                     The same from a profile of your own.
  --app-image IMAGE  Image of the sample application (${PLAIN_IMAGE}); docs/workload.md says how it is built.
  --yaml             Print the YAML alone, to pipe it into kubectl apply -f -.
  --step N           With --yaml: of one step; 0 is the set-up.
  --assertions DIR   An assertion of your own.
`;

const options = {
  versions: { type: "string" },
  mesh: { type: "string" },
  "mesh-profile": { type: "string" },
  "app-image": { type: "string" },
  yaml: { type: "boolean" },
  step: { type: "string" },
  assertions: { type: "string" },
} as const;

/** @throws ConfigurationError */
function askedVersions(text: string | undefined): AskedVersions {
  if (text === undefined) return {};
  const { access, specs, split } = parseVersionOfEach("--versions", text);
  return { "traffic-access": access, "traffic-specs": specs, "traffic-split": split };
}

/** @throws ConfigurationError for a step that applies nothing */
function stepOf(text: string | undefined, subject: Subject): number | undefined {
  if (text === undefined) return undefined;
  const steps = stepsWithYaml(subject);
  if (steps.some((step) => String(step) === text)) return Number(text);
  throw new ConfigurationError(
    "--step",
    `step "${text}" of ${subject.assertion.id} applies nothing`,
    `Steps that do: ${steps.join(", ")}.`,
  );
}

export interface ExplainDeps {
  /** Folder of the suite's own assertions. */
  readonly bundled: string;
  readonly print: (text: string) => void;
  /** How a mesh is joined. @throws ConfigurationError or InputErrors */
  readonly joining: (mesh: string | undefined, profile: string | undefined) => Promise<Joining>;
}

export function explainCommand({ bundled, print, joining }: ExplainDeps): Command {
  return {
    usage,
    async run(argv) {
      const { values, words, mistakes } = readCommandLine(argv, {
        options,
        words: true,
        inputOf: (name) => `--${name}`,
      });
      const { add, check, throwIfAny } = collectErrors(mistakes);
      const [id, ...more] = words;
      // An unknown option may have taken the id for its value.
      const missing = id === undefined && mistakes.length === 0;
      if (missing || more.length > 0)
        add([new ConfigurationError("explain", "one assertion has to be named", "The command `list` shows all ids.")]);
      const asked = await check(() => askedVersions(values.versions));
      const { mesh, "mesh-profile": profile } = values;
      const joined =
        mesh === undefined && profile === undefined ? undefined : await check(() => joining(mesh, profile));
      const catalogue = await check(() => readCatalogue(values.assertions ?? bundled));
      const assertion = catalogue?.assertions.find((one) => one.id === id);
      if (catalogue !== undefined && id !== undefined && assertion === undefined) {
        const ids = catalogue.assertions.map((one) => one.id);
        const remedy = suggest(id, ids, "The command `list` shows all ids.");
        add([new ConfigurationError("explain", `there is no assertion "${id}"`, remedy)]);
      }
      throwIfAny();
      const fixture = assertion && catalogue?.fixtures.get(assertion.fixture);
      if (assertion === undefined || fixture === undefined) return 2;
      const shown = shownVersions(assertion, fixture, asked);
      if ("problem" in shown)
        throw new ConfigurationError("--versions", shown.problem, "Give others, or leave --versions out.");
      const subject = {
        assertion,
        fixture,
        versions: shown.versions,
        joining: joined,
        image: values["app-image"] ?? PLAIN_IMAGE,
      };
      const step = stepOf(values.step, subject);
      print(values.yaml === true || step !== undefined ? explainYaml(subject, step) : explainAssertion(subject));
      return 0;
    },
  };
}
