const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_PATTERN = new RegExp(`^${LABEL}$`, 'u');
const SUBDOMAIN_PATTERN = new RegExp(`^${SUBDOMAIN}$`, 'u');

/**
 * What is wrong with a DNS subdomain (RFC 1123), the syntax of most objects' names.
 *
 * @param unit what Kubernetes calls its measure here; it counts bytes, whatever it calls them.
 */
export function subdomainProblems(
  text: string,
  unit: 'characters' | 'bytes' = 'characters',
): readonly string[] {
  const problems: string[] = [];
  if (isLonger(text, 253)) problems.push(atMost(253, unit));
  if (!SUBDOMAIN_PATTERN.test(text)) {
    problems.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character ${example(SUBDOMAIN, 'example.com')}`,
    );
  }
  return problems;
}

/** What is wrong with a DNS label (RFC 1123), the syntax of namespaces' names. */
export function dnsLabelProblems(text: string): readonly string[] {
  const problems: string[] = [];
  if (isLonger(text, 63)) problems.push(atMost(63, 'characters'));
  if (!LABEL_PATTERN.test(text) && SUBDOMAIN_PATTERN.test(text)) {
    problems.push('must not contain dots');
  } else if (!LABEL_PATTERN.test(text)) {
    problems.push(
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character ${example(LABEL, 'my-name', '123-abc')}`,
    );
  }
  return problems;
}

/** What is wrong with the name of a port (IANA service name). */
export function portNameProblems(text: string): readonly string[] {
  const problems: string[] = [];
  if (isLonger(text, 15)) problems.push(atMost(15, 'characters'));
  if (!/^[-a-z0-9]+$/u.test(text)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/u.test(text)) problems.push('must contain at least one letter (a-z)');
  if (text.includes('--')) problems.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) {
    problems.push('must not begin or end with a hyphen');
  }
  return problems;
}

/** Whether a text has more bytes of UTF-8 than that: in bytes Kubernetes measures. */
export function isLonger(text: string, most: number): boolean {
  // No character takes more than three for each of its units.
  if (text.length * 3 <= most) return false;
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    // The second unit of the same character.
    if (code >= 0x1_0000) at += 1;
  }
  return bytes > most;
}

/** Kubernetes' words for a text that is too long. */
export function atMost(most: number, unit: 'characters' | 'bytes'): string {
  return `must be no more than ${most} ${unit}`;
}

/** Kubernetes' way to end a complaint about syntax: examples, then the pattern. */
export function example(pattern: string, ...examples: readonly string[]): string {
  const quoted = examples.map((each) => `'${each}', `).join(' or ');
  return `(e.g. ${quoted}regex used for validation is '${pattern}')`;
}
