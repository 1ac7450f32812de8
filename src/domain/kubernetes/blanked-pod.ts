/** A pod as evidence keeps it: with the names of its settings, and without their values, which may be secrets. */
import type { KubernetesObject } from "./object.ts";

const BLANK = "(not kept)";
/** What Kubernetes itself says to a container, and how much it logs. */
const KNOWN_ENV = /^((POD|NODE|HOST)_(NAME|NAMESPACE|IP|UID)|SERVICE_ACCOUNT|LOG_LEVEL|TZ)$/;
const KNOWN_FLAG = /^--?(log-?level|v|port|namespace)=[\w.:-]*$/i;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `--token=x` keeps the name of its flag. */
function argument(value: unknown): unknown {
  if (typeof value !== "string" || KNOWN_FLAG.test(value)) return value;
  const flag = /^--?[\w.-]+=/.exec(value)?.[0];
  if (flag !== undefined) return `${flag}${BLANK}`;
  return /^--?[\w.-]+$/.test(value) ? value : BLANK;
}

function setting(value: unknown): unknown {
  if (!isRecord(value) || value.value === undefined || KNOWN_ENV.test(String(value.name))) return value;
  return { ...value, value: BLANK };
}

function blanked(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    if (key === "env" || key === "httpHeaders") return value.map(setting);
    if (key === "args" || key === "command") return value.map(argument);
    return value.map((one) => blanked(one));
  }
  if (!isRecord(value)) return value;
  // An annotation may repeat the whole pod, as kubectl's last applied configuration does.
  if (key === "annotations") return Object.fromEntries(Object.keys(value).map((name) => [name, BLANK]));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, blanked(one, name)]));
}

export const blankedPod = (pod: KubernetesObject): KubernetesObject => blanked(pod) as KubernetesObject;
