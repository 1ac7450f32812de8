/** A file `assertions/<folder>/<name>.yaml`, format 2. The JSON Schema for editors is made from this. */
import { z } from "zod";
import { type SpecName, smiKinds, specNames } from "../smi/kinds.ts";
import { SPEC_COMMIT } from "../smi/specification.ts";
import { levels } from "./assertion.ts";
import { controlNames } from "./controls.ts";
import { openQuestionNames } from "./open-questions.ts";
import { stepSchema } from "./step.ts";

/** The documents of the specification, as they are named here. */
const documents = specNames.flatMap((spec) => smiKinds.TrafficTarget.versions.map((version) => `${spec}/${version}`));

const version = z.string().regex(/^v1alpha[1-4]$/, "expected v1alpha1 to v1alpha4");

export const assertionFileSchema = z
  .strictObject({
    format: z.literal(2),
    id: z
      .string()
      .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
      .describe("Its path below assertions/, without .yaml"),
    title: z.string().describe("One sentence that is true of a mesh that conforms"),
    says: z
      .string()
      .min(1)
      .describe(
        "The clause in one sentence of our own words: what it demands, or, where the text is silent, what is recorded and why",
      ),
    spec: z
      .enum(specNames)
      .optional()
      .describe("Specification that the clause is of; the folder of the id when left out"),
    level: z.enum(levels),
    basis: z
      .array(
        z.strictObject({
          doc: z
            .enum(documents)
            .describe(
              "Document of smi-spec: traffic-access/v1alpha3 is apis/traffic-access/v1alpha3/traffic-access.md",
            ),
          line: z.number().int().optional().describe(`Line at commit ${SPEC_COMMIT}`),
        }),
      )
      .default([]),
    versions: z
      .partialRecord(z.enum(specNames), z.array(version).min(1))
      .default({})
      .describe(
        "API versions that it applies to, for each specification that it limits; a specification that is left out is not limited",
      ),
    replaces: z
      .array(z.string().regex(/^(access|split|spec)-\d\d$/))
      .default([])
      .describe("Steps of the 24-step suite that this assertion replaces"),
    fixture: z.string(),
    observed: z.literal(true).optional().describe("The spec is silent: what happens is recorded, without a verdict"),
    unless: z
      .enum(openQuestionNames)
      .optional()
      .describe("It does not apply to a mesh whose profile says that it reads this open question otherwise"),
    exclusive: z
      .literal(true)
      .optional()
      .describe("It makes what may stop a mesh from working for everybody: it runs alone, after all others"),
    controls: z
      .array(z.enum(controlNames))
      .default([])
      .describe("Controls besides those that the expectations imply: data-plane"),
    absent: z
      .array(z.string())
      .default([])
      .describe("Names in the resources that nothing has, on purpose: a match, a route, a backend or a ServiceAccount"),
    steps: z.array(stepSchema).min(1).describe("Carried out in this order"),
  })
  .meta({ title: "SMI conformance assertion" });

export type AssertionFile = z.infer<typeof assertionFileSchema>;

/** The specification that an assertion is about; undefined where neither the file nor its folder says so. */
export function specOf({ id, spec }: Pick<AssertionFile, "id" | "spec">): SpecName | undefined {
  const folder = id.slice(0, id.indexOf("/"));
  return spec ?? specNames.find((name) => name === folder);
}
