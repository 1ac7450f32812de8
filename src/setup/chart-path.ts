/** A chart of the user's that is a path: looked for before anything is created, as helm would find out only at the end. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError } from "../errors.ts";

const isThere = (path: string) => stat(path).catch(() => undefined);

/** Whether helm can only take it for a path: `repository/chart` and addresses are looked for elsewhere. */
const isPath = (chart: string) => /^[./~]/.test(chart) || !chart.includes("/") || /\.t(?:ar\.)?gz$/.test(chart);

/** @throws ConfigurationError for a path without a chart */
export async function checkChart(chart: string): Promise<void> {
  if (/^[a-z]+:\/\//.test(chart)) return;
  const found = await isThere(chart);
  const remedy = "Give the folder or the archive of a chart, an address (https:// or oci://), or REPOSITORY/CHART.";
  if (found === undefined) {
    if (isPath(chart)) throw new ConfigurationError("chart", `"${chart}" does not exist`, remedy);
    return;
  }
  if (found.isDirectory() && (await isThere(join(chart, "Chart.yaml"))) === undefined)
    throw new ConfigurationError("chart", `"${chart}" has no Chart.yaml`, remedy);
}
