/** The file of known failures that do not block: what, why, and until when. */
import { z } from "zod";

const isDay = (text: string) => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

export const allowedFailuresSchema = z
  .array(
    z.strictObject({
      id: z.string().min(1).describe("Assertion, for example traffic-access/tcp-allow-by-serviceaccount"),
      reason: z
        .string()
        .regex(/\S/, "say why the release may go out with it")
        .describe("Why the release may go out with it; a link to an issue is best"),
      expires: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/, "give a day as YYYY-MM-DD")
        .refine(isDay, "there is no such day")
        .describe("Last day (UTC) on which it is allowed, YYYY-MM-DD"),
    }),
  )
  .superRefine((list, context) => {
    for (const [index, { id }] of list.entries())
      if (list.findIndex((one) => one.id === id) < index)
        context.addIssue({ code: "custom", path: [index, "id"], message: `${id} is listed twice` });
  })
  .meta({ title: "Known failures that do not block" });

export type AllowedFailures = z.infer<typeof allowedFailuresSchema>;
