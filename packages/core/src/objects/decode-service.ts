import type { Issue, Path } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import { invalidValue } from '../schema/field-error.ts';
import { dnsLabelProblems, portNameProblems } from '../schema/names.ts';
import type { Family, IpAddress } from '../sets/address.ts';
import { decodeAddress } from './decode-address.ts';
import { PORT_RANGE } from './decode-container-ports.ts';
import { type Draft, readDraft } from './draft.ts';
import { decodeMeta } from './meta.ts';
import type { Service, ServicePort } from './object.ts';

/** Of one that says nothing: every default. */
const NO_SPEC: Wire<'ServiceSpec'> = {
  type: 'ClusterIP',
  ipFamilyPolicy: 'SingleStack',
  externalTrafficPolicy: 'Cluster',
  internalTrafficPolicy: 'Cluster',
  selector: undefined,
  externalName: undefined,
  clusterIP: undefined,
  clusterIPs: undefined,
  ipFamilies: undefined,
  ports: undefined,
};

/** Decodes a Service. A headless one has no cluster addresses; its ports still tell target ports. */
export function decodeService(draft: Draft<'Service'>): Service {
  const { metadata, spec = NO_SPEC } = readDraft(draft);
  const { namespace, name } = decodeMeta(metadata, draft);
  const ports: ServicePort[] = [];
  for (const [index, wire] of (spec.ports ?? []).entries()) {
    ports.push(decodeServicePort(wire, ['spec', 'ports', index], draft.issues));
  }
  const families = decodeFamilies(spec.ipFamilies ?? [], draft.issues);
  return {
    kind: 'Service',
    namespace,
    name,
    selector: spec.selector ?? new Map<string, string>(),
    type: spec.type,
    headless: spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None',
    families,
    dualStack: families.length > 1 || spec.ipFamilyPolicy !== 'SingleStack',
    externalTrafficPolicy: spec.externalTrafficPolicy,
    internalTrafficPolicy: spec.internalTrafficPolicy,
    externalName: spec.type === 'ExternalName' ? (spec.externalName ?? '') : '',
    clusterIPs: decodeClusterIPs(spec, draft.issues),
    ports,
  };
}

function decodeServicePort(wire: Wire<'ServicePort'>, path: Path, issues: Issue[]): ServicePort {
  const { name = '', protocol, port, targetPort, nodePort = 0 } = wire;
  if (name !== '') complain(dnsLabelProblems(name), name, [...path, 'name'], issues);
  if (!isPort(port)) complain([PORT_RANGE], port, [...path, 'port'], issues);
  // Zero and the empty name are Kubernetes' way to say nothing.
  const target =
    targetPort === undefined || targetPort === 0 || targetPort === '' ? port : targetPort;
  const targetPath = [...path, 'targetPort'];
  if (typeof target === 'string') complain(portNameProblems(target), target, targetPath, issues);
  else if (!isPort(target) && target !== port) complain([PORT_RANGE], target, targetPath, issues);
  return { name, protocol, port, targetPort: target, nodePort };
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

function complain(problems: readonly string[], value: unknown, path: Path, issues: Issue[]): void {
  for (const problem of problems) issues.push(invalidValue({ path }, value, problem));
}

function decodeFamilies(texts: readonly string[], issues: Issue[]): readonly Family[] {
  return texts.flatMap((text, index) => {
    if (text === 'IPv4' || text === 'IPv6') return [text];
    const path = ['spec', 'ipFamilies', index];
    issues.push(invalidValue({ path }, text, 'must be `IPv4` or `IPv6`'));
    return [];
  });
}

function decodeClusterIPs(spec: Wire<'ServiceSpec'>, issues: Issue[]): readonly IpAddress[] {
  const addresses: IpAddress[] = [];
  const listed = spec.clusterIPs ?? [];
  const texts = listed.length > 0 ? listed : [spec.clusterIP ?? ''];
  for (const [index, text] of texts.entries()) {
    if (text === '' || text === 'None') continue;
    const path = listed.length > 0 ? ['spec', 'clusterIPs', index] : ['spec', 'clusterIP'];
    const address = decodeAddress(text, path, issues);
    if (address !== undefined) addresses.push(address);
  }
  return addresses;
}
