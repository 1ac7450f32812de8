/** The cases of the Cluster port on the embedded cluster; test/contract/cluster.test.ts has them on kind. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { createEmbeddedCluster } from "../../../src/embedded/cluster.ts";
import { defaultChoices } from "../../../src/embedded/reference/open-choices.ts";
import { clusterCases } from "../../contract/cluster-cases.ts";

clusterCases({
  name: "embedded",
  patience: { timeout: 30_000, interval: 5 },
  open: async () => {
    const cluster = await createEmbeddedCluster({
      // The cases bring the definitions that they are about, as they do on kind.
      versions: {},
      mesh: "none",
      faults: {},
      choices: defaultChoices,
      delayMs: 0,
      seed: 1,
      clock: systemClock,
    });
    return { cluster, image: "embedded", close: () => cluster.close() };
  },
});
