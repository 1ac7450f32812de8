/**
 * Questions that the specification leaves open, in which a mesh may read otherwise than the rows about them. A profile says
 * so before the run; then those rows are not applicable. No row of level MUST may hang on one: what the text says flatly is
 * no matter of reading.
 */
export const openQuestions = {
  "tcp-route-adds":
    "a TCPRoute beside an HTTPRouteGroup grants its ports besides the routes, and does not limit the routes to them (smi-spec issue 206)",
  "unmeshed-clients-allowed": "clients outside of the mesh are let in",
  "recursive-splits": "a backend that is the root of another split is split in its turn",
  "http-splits-only": "TrafficSplits are for HTTP alone",
} as const;

export type OpenQuestionName = keyof typeof openQuestions;
export const openQuestionNames = Object.keys(openQuestions) as [OpenQuestionName, ...OpenQuestionName[]];
