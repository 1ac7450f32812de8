import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explainCommand } from "../../../src/commands/explain.ts";
import { readJoining } from "../../../src/setup/joining.ts";
import { mistakesOf } from "../inputs/mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const ID = "traffic-access/http-allow-by-serviceaccount";

function explain(...argv: readonly string[]): Promise<string> {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  const joining = (mesh: string | undefined, profile: string | undefined) => readJoining(root, mesh, profile);
  return explainCommand({ bundled: join(root, "assertions"), print, joining })
    .run(argv)
    .then((code) => {
      expect(code).toBe(0);
      return printed;
    });
}

describe("explain", () => {
  it("prints an assertion in words, and its YAML", async () => {
    const text = await explain(ID);
    expect(text).toContain("may call the destination on the routes that the rules");
    expect(text).toContain("kind: TrafficTarget");
    expect(text).toContain("smi_http n1 client 20 GET http://server.n1.svc.cluster.local:8080/");
  });

  it("prints the YAML alone, of all steps or of one, in the versions given and for a mesh and an image", async () => {
    const all = await explain(ID, "--yaml", "--versions", "v1alpha2 v1alpha3 v1alpha3", "--app-image", "mine:1");
    expect(all).toContain("apiVersion: access.smi-spec.io/v1alpha2");
    expect(all).toContain("image: mine:1");
    expect(all).not.toContain("Clause");
    const one = await explain(ID, "--step", "1");
    expect(one).toContain("kind: TrafficTarget");
    expect(one).not.toContain("kind: Deployment");
    expect(await explain(ID, "--mesh", "traefik-mesh")).toContain("http://server.n1.traefik.mesh:8080/");
  });

  it("names every mistake at once, and what may have been meant", async () => {
    const mistakes = await mistakesOf(() =>
      explain("traffic-access/http-allow-by-serviceacount", "--versions", "v1alpha3", "--mesh", "istio", "--stpe", "1"),
    );
    expect(mistakes.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'explain: there is no assertion "traffic-access/http-allow-by-serviceacount"',
        '--versions: "v1alpha3" is not one version each of access, specs and split',
        expect.stringContaining('mesh: there is no profile of a mesh "istio"'),
        "--stpe: there is no such option",
      ]),
    );
    expect(mistakes.find(({ input }) => input === "explain")?.remedy).toContain(`Did you mean ${ID}`);
  });

  it("asks for one assertion, for versions that it is for, and for a step that applies something", async () => {
    const [none] = await mistakesOf(() => explain());
    expect(none?.message).toBe("explain: one assertion has to be named");
    const [versions] = await mistakesOf(() =>
      explain("traffic-split/quantity-weights", "--versions", "v1alpha3 v1alpha4 v1alpha4"),
    );
    expect(versions?.message).toContain("is for traffic-split v1alpha1, and not for v1alpha4");
    const [step] = await mistakesOf(() => explain(ID, "--step", "2"));
    expect(step?.message).toBe(`--step: step "2" of ${ID} applies nothing`);
    expect(step?.remedy).toBe("Steps that do: 0, 1.");
  });
});
