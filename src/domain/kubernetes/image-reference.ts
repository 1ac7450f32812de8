/** Names of container images, by the grammar of github.com/distribution/reference. Pure. */

export interface ImageReference {
  /** Registry host with its port; `docker.io` when the text names none. */
  readonly registry: string;
  /** Path on the registry; a name of one part on Docker Hub is below `library/`. */
  readonly repository: string;
  readonly tag?: string;
  /** `algorithm:hex`. */
  readonly digest?: string;
}

const DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[a-fA-F0-9:]+\\])`;
const DOMAIN = new RegExp(`^${HOST}(?::[0-9]+)?$`);
const PATH_PART = "[a-z0-9]+(?:(?:[_.]|__|-+)[a-z0-9]+)*";
const PATH = new RegExp(`^${PATH_PART}(?:/${PATH_PART})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
/** Hexadecimal digits of each digest algorithm that image tools know. */
const DIGEST_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const MAX_NAME = 255;

/** The parts of an image reference such as `ghcr.io/a/b:1@sha256:…`, or undefined where it is not one. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;

  // A colon after the last slash starts the tag; one before it belongs to the registry's port.
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  // Refused by docker too: it could not be told from an image id.
  if (/^[a-f0-9]{64}$/.test(name)) return undefined;

  const { registry, repository } = splitRegistry(name);
  if (!DOMAIN.test(registry) || !PATH.test(repository) || `${registry}/${repository}`.length > MAX_NAME)
    return undefined;
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The first part is a registry only if it looks like a host: `a/b` is on Docker Hub, `a.io/b` is not. */
function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = first === "localhost" || /[.:A-Z]/.test(first);
  if (slash > 0 && isHost && first !== "docker.io" && first !== "index.docker.io") {
    return { registry: first, repository: name.slice(slash + 1) };
  }
  const path = slash > 0 && isHost ? name.slice(slash + 1) : name;
  return { registry: "docker.io", repository: path.includes("/") ? path : `library/${path}` };
}

function isDigest(text: string): boolean {
  const [algorithm = "", hex = "", ...more] = text.split(":");
  return more.length === 0 && /^[a-f0-9]+$/.test(hex) && DIGEST_LENGTH[algorithm] === hex.length;
}
