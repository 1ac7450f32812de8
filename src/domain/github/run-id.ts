/** Whether a text is the id of a workflow run: GitHub's client takes it as a number, and would round a larger one to another run's. */
export const isRunId = (text: string): boolean => /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text));
