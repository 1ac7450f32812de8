/**
 * SHA-256 of the tools that may be downloaded, as their projects published them. Each was found in at least two
 * independent public sources; one taken from the download itself would prove nothing.
 */
export interface PinnedTool {
  readonly tool: "kind" | "helm";
  readonly version: string;
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
  readonly url: string;
  /** Of the file at `url`: for helm the archive, for kind the program. */
  readonly sha256: string;
}

type Platform = `${PinnedTool["os"]}-${PinnedTool["arch"]}`;

function pinned(
  tool: PinnedTool["tool"],
  version: string,
  url: (platform: Platform) => string,
  digests: Readonly<Record<Platform, string>>,
): PinnedTool[] {
  return (Object.keys(digests) as Platform[]).map((platform) => {
    const [os, arch] = platform.split("-") as [PinnedTool["os"], PinnedTool["arch"]];
    return { tool, version, os, arch, url: url(platform), sha256: digests[platform] };
  });
}

/** One version of each tool: the newest whose four digests are all confirmed. */
export const TOOL_DIGESTS: readonly PinnedTool[] = [
  ...pinned(
    "kind",
    "0.33.0",
    (platform) => `https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-${platform}`,
    {
      "linux-amd64": "aee6151561422756b764a4ae28e7f44cda5af5a9eead3cc9985112b1de8d8e0d",
      "linux-arm64": "20022bee6cfcd5086cb7234d218e3454e6090022f2a8f55d1fa7fcf42c3867a2",
      "darwin-amd64": "5a99f26f57246dc9319dd294803313197a0f34d33c525b3ea8b655db5916ece0",
      "darwin-arm64": "0c8c7dbe5e23594a198b786c4bc13dacc101fa6196b0cb0b23a1ca44e61f4b4f",
    },
  ),
  ...pinned("helm", "3.21.2", (platform) => `https://get.helm.sh/helm-v3.21.2-${platform}.tar.gz`, {
    "linux-amd64": "0a745198de24545d0055cd8414bc8d2ba10363ef5f5d38369ea1b399671cc083",
    "linux-arm64": "bbd559fc0547f1d96ccbc68fe4f1cb98f01808f36538139e669369066b781267",
    "darwin-amd64": "82ac9105e657267cb029b5bf27ed28e35db104777328a036a84d345046f9f329",
    "darwin-arm64": "aea537342b4c03cf58e089cb8dc99468087bb1a0218531df40462faca3f6c5d3",
  }),
];
