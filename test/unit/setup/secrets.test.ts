import { expect, it } from "vitest";
import { maskSecrets } from "../../../src/setup/secrets.ts";

function masked(token?: string) {
  const inLog: string[] = [];
  const secrets = maskSecrets(
    { mesh: "m", ...(token !== undefined && { token }) },
    { mask: (text) => inLog.push(text) },
  );
  return { secrets, inLog };
}

it("masks the token in the log, without the white space around it, and gives it on", () => {
  expect(masked(" ghs_secret\n")).toEqual({ secrets: ["ghs_secret"], inLog: ["ghs_secret"] });
});

it.each([undefined, "", " \n"])("masks nothing for the token %j: an empty text is everywhere", (token) => {
  expect(masked(token)).toEqual({ secrets: [], inLog: [] });
});

it("masks user and password of each address among the inputs", () => {
  const secrets = maskSecrets({ mesh: "m", chart: "https://bob:S3CRET@127.0.0.1/x" }, { mask: () => {} });
  expect(secrets).toEqual(["bob:S3CRET", "S3CRET"]);
});
