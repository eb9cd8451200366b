// Syntax of names as k8s.io/apimachinery/pkg/util/validation has it. Each function returns what is wrong, or nothing.

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const dataKey = /^[-._a-zA-Z0-9]+$/;

type Syntax = (text: string) => string | undefined;

function syntax(pattern: RegExp, longest: number, says: string): Syntax {
  return (text) => {
    if (text.length > longest) return `must be no more than ${longest} characters (it has ${text.length})`;
    return pattern.test(text) ? undefined : says;
  };
}

/** RFC 1123 label: 63 characters. */
export const dnsLabel = syntax(
  label,
  63,
  "must be an RFC 1123 label: lower case letters, digits or '-', starting and ending with a letter or digit",
);

/** RFC 1035 label: 63 characters, starts with a letter. */
export const dns1035Label = syntax(
  label1035,
  63,
  "must be an RFC 1035 label: lower case letters, digits or '-', starting with a letter and ending with a letter or digit",
);

/** RFC 1123 subdomain: 253 characters. */
export const dnsSubdomain = syntax(
  subdomain,
  253,
  "must be an RFC 1123 subdomain: lower case letters, digits, '-' or '.', starting and ending with a letter or digit",
);

/** What may stand in a URL's path as one segment: names of RBAC objects and external metrics. */
export const pathSegment: Syntax = (text) => {
  if (text === '.' || text === '..') return `may not be "${text}"`;
  return /[/%]/.test(text) ? "may not contain '/' or '%'" : undefined;
};

/** A key of ConfigMap or Secret data. */
export const configKey: Syntax = (text) =>
  text === '.' || text === '..'
    ? `may not be "${text}"`
    : syntax(dataKey, 253, "must consist of letters, digits, '-', '_' or '.'")(text);

/** The value of a label. */
export const labelText = syntax(
  labelValue,
  63,
  "a label's value must be empty, or letters, digits, '-', '_' or '.', starting and ending with a letter or digit",
);

/** The key of a label or annotation: `name`, or `prefix/name`. */
export const qualifiedName: Syntax = (text) => {
  const parts = text.split('/');
  if (parts.length > 2) return 'must have at most one "/"';
  const [name, prefix] = [parts.at(-1) ?? '', parts.length === 2 ? parts[0] : undefined];
  if (prefix !== undefined) {
    if (prefix === '') return 'the prefix before "/" may not be empty';
    const wrong = dnsSubdomain(prefix);
    if (wrong !== undefined) return `prefix ${wrong}`;
  }
  if (name === '') return 'the name may not be empty';
  if (name.length > 63) return `the name must be no more than 63 characters (it has ${name.length})`;
  return qualifiedPart.test(name)
    ? undefined
    : "must be letters, digits, '-', '_' or '.', starting and ending with a letter or digit";
};

/** The name of a container's port (IANA service name). */
export const portName: Syntax = (text) => {
  if (text.length > 15) return `must be no more than 15 characters (it has ${text.length})`;
  if (!/^[-a-z0-9]+$/.test(text)) return "must contain only lower case letters, digits and '-'";
  if (text.includes('--')) return "must not contain consecutive '-'";
  if (!/[a-z]/.test(text)) return 'must contain at least one letter';
  return text.startsWith('-') || text.endsWith('-') ? "must not start or end with '-'" : undefined;
};
