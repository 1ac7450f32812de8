/** Names of a cell leave room for what a mesh makes of them. */
import { expect, it } from "vitest";
import { readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { namespacesOf } from "../../../../src/engine/cell/manifest.ts";
import type { MeshProfile } from "../../../../src/mesh/profile.ts";

/** Of a DNS label, and so of a Service's name. */
const LONGEST = 63;

it("no Service of a bundled fixture has a name that Traefik Mesh cannot put together with its namespace", async () => {
  const { fixtures } = await readCatalogue("assertions");
  const tooLong = [...fixtures.values()].flatMap((fixture) => {
    const namespaces = namespacesOf({
      // The fourth worker of a fixture, in the tenth cell that it needed.
      ...{ id: `${fixture.id}-4-10`, run: "xxxxx", fixture, profile: {} as MeshProfile, image: "" },
    });
    return fixture.services
      .map(
        ({ name, in: alias }) => `traefik-mesh-${name}-6d61657368-${namespaces[alias ?? fixture.namespaces[0] ?? ""]}`,
      )
      .filter((name) => name.length > LONGEST);
  });
  expect(tooLong).toEqual([]);
});
