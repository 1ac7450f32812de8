/** What an API server refuses by its schema, and what it silently leaves out. Classes and paths, not the letter. */
import { beforeAll, describe, expect, it } from "vitest";
import { refOf } from "../../../src/domain/kubernetes/object.ts";
import { type Ground, refusal } from "./ground.ts";
import { widget } from "./manifests.ts";

interface Fault {
  readonly title: string;
  readonly spec: unknown;
  /** What the message has to say: the path of each fault, and its class. */
  readonly says: readonly RegExp[];
  /** A value of another type than the schema has: apply stumbles over it before it validates. */
  readonly mistyped?: true;
}

const faults: readonly Fault[] = [
  { title: "a required field is missing", spec: { colour: "red" }, says: [/spec\.size: Required value/] },
  { title: "the spec as a whole is missing", spec: undefined, says: [/spec: Required value/] },
  { title: "a number below the least", spec: { size: 0 }, says: [/spec\.size: Invalid value/, /than or equal to 1/] },
  {
    title: "a value that is not among those listed",
    spec: { size: 1, colour: "blue" },
    says: [/spec\.colour: Unsupported value: "blue"/, /"red", "green"/],
  },
  {
    title: "a fault within a list",
    spec: { size: 1, parts: [{ name: "x" }, {}] },
    says: [/spec\.parts\[1\]\.name: Required value/],
  },
  {
    title: "two faults, both of which are named",
    spec: { size: 0, colour: "blue" },
    says: [/spec\.size: Invalid value/, /spec\.colour: Unsupported value/],
  },
  {
    title: "a text where a number belongs",
    spec: { size: "big" },
    says: [/spec\.size: Invalid value/, /integer/],
    mistyped: true,
  },
  {
    title: "a fraction where a whole number belongs",
    spec: { size: 1.5 },
    says: [/spec\.size: Invalid value/, /integer/],
    mistyped: true,
  },
  {
    title: "an object where a list belongs",
    spec: { size: 1, parts: { name: "x" } },
    says: [/spec\.parts: Invalid value/, /array/],
    mistyped: true,
  },
  {
    title: "a fault within a map",
    spec: { size: 1, labels: { a: 1 } },
    says: [/spec\.labels\.a: Invalid value/, /string/],
    mistyped: true,
  },
];

export function rejectionCases(ground: Ground): void {
  describe("rejections", () => {
    let namespace = "";
    const expectInvalid = async (writing: ReturnType<typeof ground.cluster.create>, says: readonly RegExp[]) => {
      const { status, reason, message } = await refusal(writing);
      expect({ status, reason }).toEqual({ status: 422, reason: "Invalid" });
      expect(message).toMatch(/^Widget\.contract\.smi-conformance\.example "[^"]+" is invalid/);
      for (const pattern of says) expect(message).toMatch(pattern);
    };

    beforeAll(async () => {
      namespace = await ground.namespace();
    });

    it.each(faults)("create: $title", async ({ spec, says }) => {
      const sent = widget(namespace, "faulty", spec);
      await expectInvalid(ground.cluster.create(sent), says);
      expect(await ground.cluster.get(refOf(sent))).toBeUndefined();
    });

    it.each(faults.filter(({ mistyped }) => !mistyped))("apply: $title", async ({ spec, says }) => {
      await expectInvalid(ground.cluster.apply(widget(namespace, "faulty", spec)), says);
    });

    it("apply of a wrong type is no success, whatever the words", async () => {
      // A real API server fails while it merges, before it validates, and answers 500: no refusal by the port's own terms.
      const sent = widget(namespace, "mistyped", { size: 1, parts: { name: "x" } });
      const accepted = await ground.cluster.apply(sent).then(
        (answer) => answer.accepted,
        (error: unknown) => String(error),
      );
      expect(accepted).not.toBe(true);
      expect(await ground.cluster.get(refOf(sent))).toBeUndefined();
    });

    it("a refused change leaves the object as it was", async () => {
      const stored = await ground.applied(widget(namespace, "sound", { size: 1 }));
      expect((await refusal(ground.cluster.apply(widget(namespace, "sound", { size: 0 })))).status).toBe(422);
      expect((await ground.cluster.get(refOf(stored)))?.metadata.resourceVersion).toBe(stored.metadata.resourceVersion);
    });

    it("a name that is no DNS name is refused", async () => {
      const answer = await refusal(ground.cluster.create(widget(namespace, "Not_A_Name", { size: 1 })));
      expect(answer).toMatchObject({ status: 422, reason: "Invalid" });
      expect(answer.message).toMatch(/metadata\.name: Invalid value: "Not_A_Name"/);
    });

    it("fields that the schema does not know are left out, at every depth", async () => {
      const sent = widget(namespace, "pruned", {
        size: 1,
        weight: 3,
        parts: [{ name: "x", weight: 3 }],
        labels: { any: "name" },
      });
      const answer = await ground.cluster.create({ ...sent, extra: true });
      const kept = { size: 1, parts: [{ name: "x" }], labels: { any: "name" } };
      expect(answer).toMatchObject({ accepted: true, stored: { spec: kept } });
      const stored = await ground.cluster.get(refOf(sent));
      expect(stored?.spec).toEqual(kept);
      expect(stored).not.toHaveProperty("extra");
    });

    it("apply never stores a field that the schema does not know", async () => {
      // A real API server answers 500 to it ("field not declared in schema"); the other way to keep it out is to prune.
      const sent = widget(namespace, "undeclared", { size: 1, weight: 3 });
      await ground.cluster.apply(sent).catch((error: unknown) => expect(String(error)).toContain("not declared"));
      expect((await ground.cluster.get(refOf(sent)))?.spec ?? {}).not.toHaveProperty("weight");
    });
  });
}
