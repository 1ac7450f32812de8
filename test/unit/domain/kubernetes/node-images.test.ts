import { describe, expect, it } from "vitest";
import { parseImageReference } from "../../../../src/domain/kubernetes/image-reference.ts";
import { kubernetesVersions, nodeImageOf } from "../../../../src/domain/kubernetes/node-images.ts";

describe("a Kubernetes version", () => {
  it.each([
    ["1.34.11", "44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d"],
    ["1.35.8", "07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0"],
    ["1.36.4", "099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed"],
    ["1.37.0", "a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5"],
  ])("%s has the image that kind's release notes name", (version, digest) => {
    const image = `kindest/node:v${version}@sha256:${digest}`;
    const minor = version.replace(/\.\d+$/, "");
    for (const text of [version, `v${version}`, minor, `v${minor}`]) expect(nodeImageOf(text)).toBe(image);
    expect(parseImageReference(image)).toBeDefined();
  });

  it.each(["", "v", "1", "1.3", "1.33", "1.36.5", "1.340", "1.34.1", "latest", "vv1.34"])("%j has none", (version) => {
    expect(nodeImageOf(version)).toBeUndefined();
  });

  it("has one image each, newest first", () => {
    expect(kubernetesVersions).toEqual(["1.37.0", "1.36.4", "1.35.8", "1.34.11"]);
    expect(new Set(kubernetesVersions.map(nodeImageOf)).size).toBe(kubernetesVersions.length);
  });
});
