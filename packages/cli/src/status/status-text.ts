import type { Paint } from '../command-line/paint.ts';
import { columnsText } from '../command-line/columns-text.ts';
import type { LabStatus } from '../control/protocol.ts';
import type { ClusterStatus } from './status-json.ts';

/** What is up, as people read it. */
export function statusText({ state, supervisor, lab }: ClusterStatus, paint: Paint): string {
  const processes = [
    ...(supervisor === undefined ? [] : [`up ${supervisor.pid}`]),
    `lab ${lab.pid}`,
  ];
  const lines = [
    `${paint.strong('cluster')}    ${lab.manifests.join(', ')}`,
    `network    ${lab.topology}${lab.encapsulation === 'none' ? '' : `, ${lab.encapsulation}`}`,
    `enforced   ${enforcedText(lab, paint)}`,
    `processes  ${processes.join(', ')}`,
    `state      ${state}`,
    '',
    ...columnsText([NODE_HEAD, ...nodeRows(lab)], paint),
    ...section([POD_HEAD, ...podRows(lab)], paint),
    ...section([SERVICE_HEAD, ...serviceRows(lab)], paint),
    ...section([POLICY_HEAD, ...policyRows(lab)], paint),
    ...troubles(lab, paint),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const NODE_HEAD = ['NODE', 'ADDRESSES', 'PODS', 'NETNS'];
const POD_HEAD = ['NAMESPACE', 'POD', 'NODE', 'ADDRESSES', 'PHASE', 'NETNS'];
const SERVICE_HEAD = ['NAMESPACE', 'SERVICE', 'ADDRESSES', 'PORTS'];
const POLICY_HEAD = ['NAMESPACE', 'POLICY', 'GENERATION', 'IN FORCE ON'];

function enforcedText({ pods, policies }: LabStatus, paint: Paint): string {
  if (pods.some(({ enforced }) => enforced)) return 'yes';
  const count = policies.length === 1 ? 'one policy is' : `${policies.length} policies are`;
  return `${paint.bad('no')}: ${policies.length === 0 ? 'there is no policy' : `${count} in force nowhere`}`;
}

function nodeRows({ nodes, pods }: LabStatus): readonly (readonly string[])[] {
  return nodes.map(({ name, addresses, netns }) => {
    const count = pods.filter(({ node }) => node === name).length;
    return [name, addresses.join(','), `${count}`, netns ?? '-'];
  });
}

function podRows({ pods }: LabStatus): readonly (readonly string[])[] {
  return pods.map(({ namespace, name, node, addresses, phase, netns }) => [
    namespace,
    name,
    node === '' ? '-' : node,
    addresses.length === 0 ? '-' : addresses.join(','),
    phase,
    netns ?? '-',
  ]);
}

function serviceRows({ services }: LabStatus): readonly (readonly string[])[] {
  return services.map(({ namespace, name, clusterIPs, ports }) => {
    const texts = ports.map(
      ({ protocol, port, nodePort }) =>
        `${port}${nodePort === 0 ? '' : `:${nodePort}`}/${protocol}`,
    );
    return [namespace, name, clusterIPs.join(',') || 'None', texts.join(',') || '-'];
  });
}

function policyRows({ policies }: LabStatus): readonly (readonly string[])[] {
  return policies.map(({ namespace, name, generation, realised }) => [
    namespace === '' ? '-' : namespace,
    name,
    `${generation}`,
    Object.keys(realised).join(',') || '-',
  ]);
}

function section(rows: readonly (readonly string[])[], paint: Paint): readonly string[] {
  return rows.length === 1 ? [] : ['', ...columnsText(rows, paint)];
}

function troubles({ errors, warnings, problems }: LabStatus, paint: Paint): readonly string[] {
  const lines = [...problems, ...warnings];
  if (errors.length > 0) {
    lines.push(paint.bad('what the manifests say now is not in force:'), ...errors);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}
