import type { Paint } from '../command-line/paint.ts';
import { columnsText } from '../command-line/columns-text.ts';
import type { LabStatus, PodStatus } from '../control/protocol.ts';
import type { ClusterStatus } from './status-json.ts';

/** What is up, as people read it. */
export function statusText({ state, supervisor, lab }: ClusterStatus, paint: Paint): string {
  const processes = [
    ...(supervisor === undefined ? [] : [`up ${supervisor.pid}`]),
    `lab ${lab.pid}`,
    ...lab.nodes.map(({ name, agent }) => `agent/${name} ${agent.pid ?? '-'}`),
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

const NODE_HEAD = ['NODE', 'ADDRESSES', 'PODS', 'ENFORCED', 'NETNS'];
const POD_HEAD = ['NAMESPACE', 'POD', 'NODE', 'ADDRESSES', 'PHASE', 'ENFORCED', 'NETNS'];
const SERVICE_HEAD = ['NAMESPACE', 'SERVICE', 'ADDRESSES', 'PORTS'];
const POLICY_HEAD = ['NAMESPACE', 'POLICY', 'GENERATION', 'IN FORCE ON'];

/** What of the policies is in force, in a line. */
function enforcedText({ nodes, pods, policies }: LabStatus, paint: Paint): string {
  const behind = nodes.filter(({ agent }) => !agent.current).map(({ name }) => name);
  if (behind.length > 0) {
    const are = behind.length === 1 ? 'is' : 'are';
    return paint.bad(`not all that the manifests say now: ${behind.join(', ')} ${are} behind`);
  }
  const count = policies.length === 1 ? 'one policy' : `${policies.length} policies`;
  const running = pods.filter(isJudged);
  const closed = running.filter(({ enforced }) => !enforced).length;
  const few = closed === 0 ? '' : paint.bad(`, ${closed} of ${running.length} pods are closed`);
  return `${count}, on ${nodes.length === 1 ? 'one node' : `${nodes.length} nodes`}${few}`;
}

function nodeRows({ nodes, pods }: LabStatus): readonly (readonly string[])[] {
  return nodes.map(({ name, addresses, netns, agent }) => {
    const count = pods.filter(({ node }) => node === name).length;
    return [name, addresses.join(','), `${count}`, agent.current ? 'yes' : 'not yet', netns ?? '-'];
  });
}

function podRows({ pods }: LabStatus): readonly (readonly string[])[] {
  return pods.map((pod) => [
    pod.namespace,
    pod.name,
    pod.node === '' ? '-' : pod.node,
    pod.addresses.length === 0 ? '-' : pod.addresses.join(','),
    pod.phase,
    enforcedWord(pod),
    pod.netns ?? '-',
  ]);
}

/** Of pods that run; those on their node's network are their node. */
function isJudged({ phase, hostNetwork }: PodStatus): boolean {
  return phase === 'Running' && !hostNetwork;
}

function enforcedWord(pod: PodStatus): string {
  if (!isJudged(pod)) return '-';
  return pod.enforced ? 'yes' : 'closed';
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

function policyRows({ policies, nodes }: LabStatus): readonly (readonly string[])[] {
  const behind = nodes.filter(({ agent }) => !agent.current).map(({ name }) => name);
  return policies.map(({ namespace, name, generation, realised }) => {
    const there = Object.keys(realised).filter((node) => realised[node] === generation);
    const later = behind.filter((node) => !there.includes(node));
    const texts = [
      ...(there.length === 0 ? [] : [there.join(',')]),
      ...(later.length === 0 ? [] : [`not yet on ${later.join(',')}`]),
    ];
    return [
      namespace === '' ? '-' : namespace,
      name,
      `${generation}`,
      texts.join('; ') || 'nowhere: it selects no pod that runs',
    ];
  });
}

function section(rows: readonly (readonly string[])[], paint: Paint): readonly string[] {
  return rows.length === 1 ? [] : ['', ...columnsText(rows, paint)];
}

function troubles(lab: LabStatus, paint: Paint): readonly string[] {
  const { errors, warnings, problems, nodes, pods } = lab;
  const lines = [
    ...problems,
    ...nodes.flatMap(({ name, agent }) => agent.problems.map((each) => `${name}: ${each}`)),
    ...pods.flatMap(({ namespace, name, closed }) =>
      closed === '' ? [] : [`${namespace}/${name} is closed: ${closed}`],
    ),
    ...warnings,
  ];
  if (errors.length > 0) {
    lines.push(paint.bad('what the manifests say now is not in force:'), ...errors);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}
