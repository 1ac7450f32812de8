import { describe, expect, it } from "vitest";
import { parseImageReference } from "../../../../src/domain/kubernetes/image-reference.ts";

const hex = "0123456789abcdef".repeat(4);
const hub = "docker.io";

describe("an image reference", () => {
  it.each([
    ["node", { registry: hub, repository: "library/node" }],
    ["node:24-slim", { registry: hub, repository: "library/node", tag: "24-slim" }],
    ["kindest/node:v1.34.3", { registry: hub, repository: "kindest/node", tag: "v1.34.3" }],
    ["docker.io/node", { registry: hub, repository: "library/node" }],
    ["index.docker.io/a/b", { registry: hub, repository: "a/b" }],
    ["docker.io/library/node:24", { registry: hub, repository: "library/node", tag: "24" }],
    ["ghcr.io/a/b/c", { registry: "ghcr.io", repository: "a/b/c" }],
    ["localhost/a", { registry: "localhost", repository: "a" }],
    ["localhost:5000/a:1", { registry: "localhost:5000", repository: "a", tag: "1" }],
    ["127.0.0.1:5000/a", { registry: "127.0.0.1:5000", repository: "a" }],
    ["[2001:db8::1]:5000/a", { registry: "[2001:db8::1]:5000", repository: "a" }],
    ["Registry/a", { registry: "Registry", repository: "a" }],
    ["xn--n3h.com/a", { registry: "xn--n3h.com", repository: "a" }],
    ["x/a.b__c---d_e/f", { registry: hub, repository: "x/a.b__c---d_e/f" }],
    ["ghcr.io:5000", { registry: hub, repository: "library/ghcr.io", tag: "5000" }],
    [`a/b:1@sha256:${hex}`, { registry: hub, repository: "a/b", tag: "1", digest: `sha256:${hex}` }],
    [`a/b@sha512:${hex}${hex}`, { registry: hub, repository: "a/b", digest: `sha512:${hex}${hex}` }],
    [`a:${"t".repeat(128)}`, { registry: hub, repository: "library/a", tag: "t".repeat(128) }],
  ])("%s has these parts", (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  it.each([
    "",
    " node",
    "node ",
    "Node",
    "a/B",
    "a//b",
    "/a",
    "a/",
    "a:",
    "a:t:u",
    ":1",
    "a:-x",
    `a:${"t".repeat(129)}`,
    "a@",
    "a@sha256:abc",
    `a@sha256:${hex.toUpperCase()}`,
    `a@md5:${hex}`,
    `a@sha256:${hex}@sha256:${hex}`,
    hex,
    "a..b/c_.d",
    "a/b_-c",
    "-a/b",
    "a-.io/b",
    "ghcr.io:x/a",
    "a.b__c/d",
    "https://ghcr.io/a",
    "a\nb",
    "$(a)",
    "--platform",
    `x/${"a".repeat(255)}`,
  ])("%j is none", (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});
