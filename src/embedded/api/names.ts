/** The forms of names and labels (apimachinery `pkg/util/validation`, `pkg/api/validation`). */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { isMap } from "./plain-data.ts";
import { invalidValue, required } from "./refusal.ts";
import type { Resource } from "./resource.ts";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const serviceLabel = "[a-z]([-a-z0-9]*[a-z0-9])?";
const labelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const qualifiedName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const forms = {
  label: {
    regex: label,
    longest: 63,
    words:
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc'",
  },
  subdomain: {
    regex: `${label}(\\.${label})*`,
    longest: 253,
    words:
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com'",
  },
  service: {
    regex: serviceLabel,
    longest: 63,
    words:
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123'",
  },
} as const;

const whole = (regex: string) => new RegExp(`^(?:${regex})$`);
const compiled = Object.fromEntries(Object.entries(forms).map(([form, { regex }]) => [form, whole(regex)]));
const value = whole(labelValue);
const key = whole(`(?:${forms.subdomain.regex}/)?(?:${qualifiedName})`);

function nameCauses(name: string, form: Resource["names"]): readonly string[] {
  const { regex, longest, words } = forms[form];
  const path = "metadata.name";
  return [
    ...(name.length > longest ? [invalidValue(path, name, `must be no more than ${longest} bytes`)] : []),
    ...(compiled[form]?.test(name)
      ? []
      : [invalidValue(path, name, `${words}, regex used for validation is '${regex}')`)]),
  ];
}

function labelCauses(labels: unknown): readonly string[] {
  const path = "metadata.labels";
  return Object.entries(isMap(labels) ? labels : {}).flatMap(([k, v]) => {
    if (!key.test(k))
      return [invalidValue(path, k, "name part must consist of alphanumeric characters, '-', '_' or '.'")];
    if (typeof v === "string" && v.length <= 63 && value.test(v)) return [];
    return [
      invalidValue(
        path,
        v,
        `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`,
      ),
    ];
  });
}

/** Causes of an Invalid in an object's metadata. */
export function metadataCauses(object: KubernetesObject, resource: Resource): readonly string[] {
  const { name, labels } = object.metadata;
  const named =
    typeof name === "string" && name !== ""
      ? nameCauses(name, resource.names)
      : [required("metadata.name", "name or generateName is required")];
  return [...named, ...labelCauses(labels)];
}
