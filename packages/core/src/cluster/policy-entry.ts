import type {
  DirectionRules,
  IpBlock,
  NetworkPolicy,
  Peer,
  Peers,
  Policy,
  PolicyRef,
  TierPolicy,
  TierRule,
  UndecodablePolicy,
} from '../policy/policy.ts';
import type { LabelSelector } from '../selectors/label-selector.ts';
import { unreachable } from '../unreachable.ts';
import type { CompiledPeer, CompiledRule } from './compiled.ts';
import type { AddressSets } from './address-set.ts';
import type {
  CompiledDirection,
  MutableAddressedPods,
  MutablePodSet,
  MutableSelectedPods,
  PolicyEntry,
  Scope,
} from './model.ts';
import { type PodSets, scopeOf } from './pod-set.ts';

/** A policy in force, with what it must give back when it goes. */
export interface HeldPolicy extends PolicyEntry {
  readonly policy: Policy;
  readonly subject: MutableSelectedPods;
  /** Every set that it acquired, its subject's included. */
  readonly held: readonly MutablePodSet[];
}

/** Names a policy. */
export function policyRefOf(policy: Policy): PolicyRef {
  return {
    kind: policy.kind === 'undecodable' ? policy.policyKind : policy.kind,
    namespace: policy.namespace,
    name: policy.name,
  };
}

/** Turns a policy's selectors into sets of pods; every set that it uses is acquired. */
export function holdPolicy(policy: Policy, tombstone: boolean, world: SetsOfPods): HeldPolicy {
  const held: MutablePodSet[] = [];
  const acquire: Acquire = {
    selected(scope, pods) {
      const set = world.podSets.acquire(scope, pods);
      held.push(set);
      return set;
    },
    addressed(blocks) {
      const sets = world.addressSets.acquire(blocks);
      held.push(...sets);
      return sets;
    },
  };
  const compiled = compilePolicy(policy, acquire);
  return { ...compiled, policy, tombstone, held };
}

/** The sets of pods that the policies of a cluster share. */
export interface SetsOfPods {
  readonly podSets: PodSets;
  readonly addressSets: AddressSets;
}

/** Gives back everything that a policy acquired. */
export function releaseHeld({ held }: HeldPolicy, { podSets, addressSets }: SetsOfPods): void {
  for (const set of held) {
    if (set.kind === 'selected') podSets.release(set);
    else addressSets.release(set);
  }
}

interface Acquire {
  selected(scope: Scope, pods: LabelSelector): MutableSelectedPods;
  addressed(blocks: readonly IpBlock[]): readonly MutableAddressedPods[];
}
type Compiled = Omit<HeldPolicy, 'policy' | 'tombstone' | 'held'>;

function compilePolicy(policy: Policy, acquire: Acquire): Compiled {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return compileNetworkPolicy(policy, acquire);
    case 'undecodable':
      return compileUndecodable(policy, acquire);
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return compileTierPolicy(policy, acquire);
    default:
      return unreachable(policy);
  }
}

function compileNetworkPolicy(policy: NetworkPolicy, acquire: Acquire): Compiled {
  const ref = policyRefOf(policy);
  const own: Scope = { kind: 'named', name: policy.namespace };
  const compileDirection = (
    direction: 'egress' | 'ingress',
    rules: DirectionRules,
  ): CompiledDirection => {
    if (rules.kind === 'notIsolated') return { isolates: false, rules: [] };
    return {
      isolates: true,
      rules: rules.rules.map((rule, position) => ({
        policy: ref,
        direction,
        position,
        action: 'Accept',
        peers: compilePeers(rule.peers, own, acquire),
        ports: rule.ports,
      })),
    };
  };
  return {
    ref,
    stage: 'NetworkPolicy',
    priority: 0,
    subject: acquire.selected(own, policy.subject),
    egress: compileDirection('egress', policy.egress),
    ingress: compileDirection('ingress', policy.ingress),
  };
}

/** It isolates what it selects, in both directions, and allows nothing. */
function compileUndecodable(policy: UndecodablePolicy, acquire: Acquire): Compiled {
  const isolated: CompiledDirection = { isolates: true, rules: [] };
  return {
    ref: policyRefOf(policy),
    stage: 'NetworkPolicy',
    priority: 0,
    subject: acquire.selected(scopeOf(policy.subject.namespaces), policy.subject.pods),
    egress: isolated,
    ingress: isolated,
  };
}

function compileTierPolicy(policy: TierPolicy, acquire: Acquire): Compiled {
  const ref = policyRefOf(policy);
  const compileDirection = (
    direction: 'egress' | 'ingress',
    rules: readonly TierRule[],
  ): CompiledDirection => ({
    isolates: false,
    rules: rules.map((rule, position) =>
      failClosed({
        policy: ref,
        direction,
        position,
        action: rule.action,
        peers: compilePeers(rule.peers, undefined, acquire),
        ports: rule.ports,
      }),
    ),
  });
  return {
    ref,
    stage: policy.tier,
    priority: policy.priority,
    subject: acquire.selected(scopeOf(policy.subject.namespaces), policy.subject.pods),
    egress: compileDirection('egress', policy.egress),
    ingress: compileDirection('ingress', policy.ingress),
  };
}

/**
 * A peer that we do not know matches nobody when the rule accepts; a rule that denies, or passes
 * over what follows, denies everything, whatever its ports: it might have meant this connection.
 */
function failClosed(rule: CompiledRule): CompiledRule {
  const unknown = rule.peers.some(({ kind }) => kind === 'nobody');
  if (!unknown || rule.action === 'Accept') return rule;
  return { ...rule, action: 'Deny', peers: [{ kind: 'anyone' }], ports: { kind: 'any' } };
}

function compilePeers(
  peers: Peers,
  own: Scope | undefined,
  acquire: Acquire,
): readonly CompiledPeer[] {
  if (peers.kind === 'anyone') return [{ kind: 'anyone' }];
  return peers.peers.map((peer) => compilePeer(peer, own, acquire));
}

function compilePeer(peer: Peer, own: Scope | undefined, acquire: Acquire): CompiledPeer {
  switch (peer.kind) {
    case 'pods': {
      if (peer.namespaces.kind === 'matching') {
        const set = acquire.selected(scopeOf(peer.namespaces.namespaces), peer.pods);
        return { kind: 'pods', set };
      }
      // Only a namespaced policy has an own namespace; the decoder never writes it elsewhere.
      if (own === undefined) return { kind: 'nobody' };
      return { kind: 'pods', set: acquire.selected(own, peer.pods) };
    }
    case 'ipBlocks':
      return { kind: 'ipBlocks', blocks: peer.blocks, sets: acquire.addressed(peer.blocks) };
    case 'nodes':
      return { kind: 'nodes', nodes: peer.nodes };
    case 'unknown':
      return { kind: 'nobody' };
    default:
      return unreachable(peer);
  }
}
