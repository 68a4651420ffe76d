import { type Change, KernelError, type Verdict } from '@ringfence/netlink';

// What agents write that are broken on purpose, each in one way that other engines know.

type Write = (changes: readonly Change[]) => void;

const PAUSE_MS = 30;
const still = new Int32Array(new SharedArrayBuffer(4));
const pause = (): void => void Atomics.wait(still, 0, 0, PAUSE_MS);

/** What goes is gone for a while before something comes. */
export function inPieces(write: Write, changes: readonly Change[]): void {
  const isGone = ({ kind }: Change): boolean => kind === 'deleteElements';
  write(changes.filter(isGone));
  pause();
  write(changes.filter((change) => !isGone(change)));
}

/** A set of ranges gets its elements after the rules that look into it are in force. */
export function rangesLate(write: Write, changes: readonly Change[]): void {
  const isRange = (change: Change): boolean =>
    'elements' in change && /^segments|_ranges$/.test(change.set.name);
  write(changes.filter((change) => !isRange(change)));
  pause();
  write(changes.filter(isRange));
}

/** Flows that were allowed are never looked at again. */
export function withoutGeneration(write: Write, changes: readonly Change[]): void {
  write(changes.filter(({ kind }) => kind !== 'replaceRule'));
}

/** The number of a peer goes to others while its rows are still there. */
export function numbersEarly(write: Write, changes: readonly Change[]): void {
  const isIdentity = (change: Change): boolean =>
    'elements' in change && change.set.name.startsWith('identities');
  write(changes.filter(isIdentity));
  pause();
  write(changes.filter((change) => !isIdentity(change)));
}

/** Packets of pods are not held against the addresses that are theirs. */
export function unbound(write: Write, changes: readonly Change[]): void {
  const isAccepted: Turned = ({ kind }) => (kind === 'drop' ? { kind: 'accept' } : undefined);
  write(changes.map((change) => turned(change, ['unbound', 'spoofed'], isAccepted)));
}

/** An error about a flow has the flow decided, as if it were a packet of it that is allowed. */
export function errorsStamp(write: Write, changes: readonly Change[]): void {
  const isBack: Turned = (verdict) =>
    verdict.kind === 'goto' && verdict.chain === 'told' ? { kind: 'return' } : undefined;
  write(
    changes.flatMap((change) => {
      const back = turned(change, ['decided_before'], isBack);
      if (back === change || back.kind !== 'addRule') return [change];
      // What comes back from these, too, is stamped by the chain at the hook. A set without a name
      // is for one rule only: here it stands for all protocols.
      const expressions = back.rule.expressions.filter(
        ({ kind }) => kind !== 'meta' && kind !== 'lookup',
      );
      const unjudged = ['forward4', 'forward6'].map(
        (chain): Change => ({
          ...back,
          rule: { ...back.rule, chain, expressions },
          at: { kind: 'first' },
        }),
      );
      return [back, ...unjudged];
    }),
  );
}

/** What a verdict becomes; `undefined` where it stays. */
type Turned = (verdict: Verdict) => Verdict | undefined;

/** A rule of one of some chains with other verdicts; other changes as they are. */
function turned(change: Change, chains: readonly string[], into: Turned): Change {
  if (change.kind !== 'addRule' || !chains.includes(change.rule.chain)) return change;
  const last = change.rule.expressions.at(-1);
  const verdict = last?.kind === 'verdict' ? into(last.verdict) : undefined;
  if (verdict === undefined) return change;
  const others = change.rule.expressions.slice(0, -1);
  return {
    ...change,
    rule: { ...change.rule, expressions: [...others, { kind: 'verdict', verdict }] },
  };
}

/** The table of before is deleted before the one after it is there. */
export function tableAnew(write: Write, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind !== 'createTable') continue;
    const { family, name } = change.table;
    const other = name.endsWith('_2') ? name.slice(0, -2) : `${name}_2`;
    if (isDeleted(() => write([{ kind: 'deleteTable', table: { family, name: other } }]))) pause();
  }
  write(changes);
}

function isDeleted(remove: () => void): boolean {
  try {
    remove();
    return true;
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ENOENT') return false;
    throw error;
  }
}
