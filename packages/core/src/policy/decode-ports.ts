import type { Issue, Path } from '../issue.ts';
import { PORT_RANGE } from '../objects/decode-container-ports.ts';
import type { Wire } from '../schema/definitions.ts';
import { isUnreadable, invalidValue } from '../schema/field-error.ts';
import { portNameProblems } from '../schema/names.ts';
import type { PortMatch, Ports } from './policy.ts';

/** Decodes the ports of a NetworkPolicy's rule; no entry at all means any port and protocol. */
export function decodePorts(
  wire: readonly Wire<'NetworkPolicyPort'>[] | undefined,
  path: Path,
  issues: Issue[],
): Ports {
  if (wire === undefined || wire.length === 0) return { kind: 'any' };
  const ports = wire.map((port, index) => decodePort(port, [...path, index], issues));
  return { kind: 'ports', ports };
}

function decodePort(wire: Wire<'NetworkPolicyPort'>, path: Path, issues: Issue[]): PortMatch {
  const { protocol, port, endPort } = wire;
  const endPath = [...path, 'endPort'];
  if (typeof port === 'string') {
    issues.push(...nameIssues(port, [...path, 'port']));
    if (endPort !== undefined) {
      const detail = 'may not be specified when `port` is non-numeric';
      issues.push(invalidValue({ path: endPath }, endPort, detail));
    }
    return { kind: 'named', protocol, name: port };
  }
  if (port === undefined) {
    // A port that was written, but could not be read, has its issue already.
    if (endPort !== undefined && !isUnreadable(issues, path)) {
      const detail = 'may not be specified when `port` is not specified';
      issues.push(invalidValue({ path: endPath, hint: `write \`port\` too` }, endPort, detail));
    }
    return { kind: 'range', protocol, from: 1, to: 65_535 };
  }
  validateRange(port, endPort, path, issues);
  return { kind: 'range', protocol, from: port, to: endPort ?? port };
}

function validateRange(
  port: number,
  endPort: number | undefined,
  path: Path,
  issues: Issue[],
): void {
  if (!isPort(port)) issues.push(invalidValue({ path: [...path, 'port'] }, port, PORT_RANGE));
  if (endPort === undefined) return;
  const fault = { path: [...path, 'endPort'] };
  if (endPort < port) {
    const hint =
      isPort(endPort) && isPort(port) ? `write \`port: ${endPort}\` and \`endPort: ${port}\`` : '';
    // It is the start of the range that Kubernetes names as the value.
    const detail = 'must be greater than or equal to `port`';
    issues.push(invalidValue({ ...fault, hint }, port, detail));
  }
  if (!isPort(endPort)) issues.push(invalidValue(fault, endPort, PORT_RANGE));
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

function nameIssues(name: string, path: Path): readonly Issue[] {
  const hint = hintForName(name);
  return portNameProblems(name).map((problem) => invalidValue({ path, hint }, name, problem));
}

function hintForName(name: string): string {
  if (/^\s*\d+\s*$/u.test(name)) return `write \`port: ${name.trim()}\`, without quotes`;
  const range = /^(\d+)\s*[-:]\s*(\d+)$/u.exec(name);
  if (range !== null) return `write \`port: ${range[1]}\` and \`endPort: ${range[2]}\``;
  const repaired = name.toLowerCase().replaceAll('_', '-');
  return portNameProblems(repaired).length === 0
    ? `write \`port: ${repaired}\`, if the container port is named so`
    : '';
}
