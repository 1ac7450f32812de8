/** The steps of an assertion as they are written: each carries out one operation, in the order in which they stand. */
import { z } from "zod";
import { resourceRefSchema, resourceSchema } from "../smi/resource.ts";
import { controlNames } from "./controls.ts";
import { expectationSchema } from "./expectation.ts";

const shared = {
  name: z
    .string()
    .min(1)
    .optional()
    .describe(
      "For people: what holds from this step on. Findings are reported under the names of the steps up to their expectations",
    ),
};

const workload = z.string().describe("Workload of the fixture");

export const applySchema = z.strictObject({
  ...shared,
  apply: z.array(resourceSchema).min(1).describe("Resources to create or change"),
  mayReject: z
    .literal(true)
    .optional()
    .describe("The API server or a webhook may refuse the resources instead; then what is expected next is met"),
});

export const removeSchema = z.strictObject({
  ...shared,
  remove: z.array(resourceRefSchema).min(1).describe("Resources to delete, by kind and name"),
});

export const scaleSchema = z.strictObject({
  ...shared,
  scale: z.strictObject({ workload, replicas: z.number().int().min(0) }),
});

export const restartSchema = z.strictObject({
  ...shared,
  restart: z.strictObject({ workload }).describe("Its pods are replaced by new ones, with new addresses"),
});

export const setAccountSchema = z.strictObject({
  ...shared,
  setAccount: z.strictObject({
    workload,
    account: z.string().describe("ServiceAccount that the workload runs under from now on"),
  }),
});

export const expectSchema = z.strictObject({
  ...shared,
  expect: z.array(expectationSchema).min(1).describe("What is measured once the steps before it are in force"),
  control: z
    .enum(controlNames)
    .optional()
    .describe("The whole step is this control: if it does not hold, the assertion is INCONCLUSIVE and never FAIL"),
});

export const stepSchema = z.union([
  applySchema,
  removeSchema,
  scaleSchema,
  restartSchema,
  setAccountSchema,
  expectSchema,
]);

/** The operations, as the keys by which a step names its own. */
export const operationNames = ["apply", "remove", "scale", "restart", "setAccount", "expect"] as const;
export type OperationName = (typeof operationNames)[number];

export type ApplyStep = z.infer<typeof applySchema>;
export type RemoveStep = z.infer<typeof removeSchema>;
export type ScaleStep = z.infer<typeof scaleSchema>;
export type RestartStep = z.infer<typeof restartSchema>;
export type SetAccountStep = z.infer<typeof setAccountSchema>;
export type ExpectStep = z.infer<typeof expectSchema>;
export type Step = z.infer<typeof stepSchema>;

/** A change of the workloads themselves. */
export type WorkloadChange = ScaleStep | RestartStep | SetAccountStep;
/** What a step does to the cluster; the others look. */
export type ChangeStep = ApplyStep | RemoveStep | WorkloadChange;

export const isExpect = (step: Step): step is ExpectStep => "expect" in step;
export const isWorkloadChange = (step: Step): step is WorkloadChange =>
  "scale" in step || "restart" in step || "setAccount" in step;
