import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Chain, Element, ElementsDelta, Rule, Ruleset } from '@ringfence/dataplane';
import {
  type Change,
  commit,
  flows,
  flushFlows,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { elementChanges } from './element-changes.ts';
import { encodeRule } from './encode-rule.ts';
import { generationRules } from './generation-changes.ts';
import { generationOf } from './generation-mark.ts';
import { installChanges, worldOf } from './install-changes.ts';
import { ruleHandles } from './rule-handles.ts';
import { ruleChanges, setNumbers } from './step.ts';
import {
  cannotTest,
  openTestKernel,
  setNamed,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

// A packet may be held up between the sets that it is judged by and the rule that stamps its flow: by
// interrupts, or by whoever runs the machine that this one is a guest of. Here rules hold it up.

/** It takes a packet 0.1 ms and more to get through so many. */
const HOLDING = 20_000;
const AT_ONCE = 1_000;
/** Of rounds that can leak, one in ten does. */
const ROUNDS = 60;
const MOST_ROUNDS = 1_000;
const MARK_MASK = 0xffff_0000;

/** The index of `lo`. */
const LOOPBACK = 1;
const LOCALHOST = 0x7f00_0001;
/** The number of those that have none of their own. */
const ANY_OUTSIDE = 4;
const ALLOWED = 1;
const ROW: Element = { key: [LOCALHOST, ANY_OUTSIDE], identity: ALLOWED, comment: '' };
const ROWS = setNamed('egress4_any_port');
/** What this machine sends itself is what a pod may send, as long as the row is there. */
const ELEMENTS = new Map<string, readonly Element[]>([
  [ROWS.name, [ROW]],
  ...['egress4_subjects', 'ready4'].map((name) => [name, [elementOf(LOCALHOST)]] as const),
  ['bound4', [elementOf('lo', LOCALHOST)]],
]);

function elementOf(...key: Element['key']): Element {
  return { key, identity: undefined, comment: '' };
}

const COUNT: Rule = {
  matches: [],
  actions: [{ kind: 'count' }],
  verdict: { kind: 'next' },
  comment: '',
};

/** Packets are held up at the end of this chain: behind all sets. */
const SLOW = 'original4';

function rulesetOf(chains: readonly Chain[]): Ruleset {
  const ruleset = shopRuleset();
  const elements = new Map(ruleset.sets.map(({ name }) => [name, ELEMENTS.get(name) ?? []]));
  return { ...ruleset, chains, elements };
}

/** As it was once: what stamps stands in a chain of its own, behind all that judges. */
function stampedFarFromTheHook(chains: readonly Chain[]): readonly Chain[] {
  const stamps = chains.find(({ name }) => name === 'input')?.rules.slice(-2) ?? [];
  return [
    ...chains.map((chain) =>
      chain.name === 'input' ? { ...chain, rules: chain.rules.slice(0, -2) } : chain,
    ),
    { name: 'decided', base: undefined, rules: stamps },
  ];
}

describe.skipIf(cannotTest() !== undefined)(titled('a packet that is held up'), () => {
  let kernel: TestKernel;
  let sender: ChildProcess | undefined;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(async () => {
    sender?.kill();
    if (sender?.exitCode === null && sender.signalCode === null) await once(sender, 'exit');
    kernel.close();
  });

  /**
   * Forbids everything again and again while packets of new flows are on their way, in two changes, as
   * where ranges are among it.
   *
   * @returns how many flows carried a generation that had begun after they were forbidden.
   */
  function leaksOf(ruleset: Ruleset, isEnough: (leaks: number, rounds: number) => boolean): number {
    const { socket } = kernel;
    const handles = ruleHandles(socket, ruleset);
    const rules = generationRules(ruleset);
    let generation = 1;
    // A rule with a verdict has the kernel check the table: that takes longer than packets are held up.
    const renewal = (): readonly Change[] =>
      rules
        .changes((generation += 1), handles)
        .filter((each) => each.kind === 'replaceRule' && each.rule.chain !== 'decided_before');
    const row = (delta: Partial<ElementsDelta>): readonly Change[] =>
      elementChanges(ruleset, [{ set: ROWS, gone: [], come: [], ...delta }]);
    let leaks = 0;
    let seen = 0;
    for (let rounds = 0; !isEnough(leaks, rounds); rounds += 1) {
      const changes = [row({ gone: [ROW] }), renewal()];
      for (const each of changes) commit(socket, each);
      pause(10);
      const marks = flows(socket).map(({ mark }) => mark & MARK_MASK);
      seen += marks.length;
      leaks += marks.filter((mark) => generationOf(mark >>> 0, MARK_MASK) === generation).length;
      flushFlows(socket);
      commit(socket, [...row({ come: [ROW] }), ...renewal()]);
      pause(10);
    }
    // Else nothing was sent.
    expect(seen).toBeGreaterThan(0);
    return leaks;
  }

  function install(ruleset: Ruleset, ...behind: readonly Rule[]): void {
    const { socket, namespace } = kernel;
    for (const step of installChanges(ruleset, { owned: false, maxElements: AT_ONCE })) {
      commit(socket, step);
    }
    const { family, table } = ruleset;
    const adding = (rule: Rule): readonly Change[] =>
      ruleChanges(
        { family, table, chain: SLOW, rule: encodeRule(worldOf(ruleset), rule) },
        { kind: 'add', at: { kind: 'last' } },
        setNumbers(),
      );
    const counts = Array.from({ length: AT_ONCE }, () => adding(COUNT)).flat();
    for (let sofar = 0; sofar < HOLDING; sofar += AT_ONCE) commit(socket, counts);
    if (behind.length > 0) commit(socket, behind.flatMap(adding));
    const route = openRouteSocket(namespace);
    setLink(route, LOOPBACK, { up: true });
    route.close();
    sender = namespace.enter(() => spawn(process.execPath, ['-e', SENDER], { stdio: 'inherit' }));
    pause(500);
  }

  test('while two changes are made has its flow decided as it was before them', () => {
    const ruleset = rulesetOf(shopRuleset().chains);
    install(ruleset);
    expect(leaksOf(ruleset, (_, rounds) => rounds >= ROUNDS)).toBe(0);
  });

  test('would not, if it were stamped in another chain than that of the hook', () => {
    const ruleset = rulesetOf(stampedFarFromTheHook(shopRuleset().chains));
    install(ruleset, { ...COUNT, verdict: { kind: 'goto', chain: 'decided' } });
    const isEnough = (leaks: number, rounds: number): boolean => leaks > 0 || rounds > MOST_ROUNDS;
    expect(leaksOf(ruleset, isEnough)).toBeGreaterThan(0);
  });
});

/** Sends a packet of another flow each time. */
const SENDER = `
const socket = require('node:dgram').createSocket('udp4');
let port = 1024;
const send = () => {
  for (let sent = 0; sent < 20; sent += 1) {
    socket.send('x', port, '127.0.0.1', () => undefined);
    port = port === 60_000 ? 1024 : port + 1;
  }
  setImmediate(send);
};
// What was sent before is refused by now: nobody listens.
socket.on('error', () => undefined).bind(0, send);
`;

const still = new Int32Array(new SharedArrayBuffer(4));

function pause(ms: number): void {
  Atomics.wait(still, 0, 0, ms);
}
