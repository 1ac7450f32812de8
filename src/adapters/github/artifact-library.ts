/** @actions/artifact as a bundle of its own (dist/artifact.cjs): it is large, several programs share it, and few runs of them need it. */
export { DefaultArtifactClient } from "@actions/artifact";
