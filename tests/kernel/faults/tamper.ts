import type { Change, commit } from '@ringfence/netlink';

type Commit = typeof commit;

/** Comes between agents and the kernel: absent, nobody does. */
export interface Tamper {
  /** Is called in the place of what writes our tables; to write is up to it. */
  between:
    | ((write: (changes: readonly Change[]) => void, changes: readonly Change[]) => void)
    | undefined;
}

/** Of this file of tests: its mock of the package asks here. */
export const tamper: Tamper = { between: undefined };

const OURS = /^ringfence(?:_2)?$/;

/** Lets somebody come between whoever writes our tables and the kernel. */
export function tampered(real: Commit): Commit {
  return (socket, changes, options) => {
    const { between } = tamper;
    if (between === undefined || !changes.some((change) => OURS.test(tableOf(change)))) {
      real(socket, changes, options);
      return;
    }
    between((some) => real(socket, some, options), changes);
  };
}

/** The name of the table that a change is about. */
function tableOf(change: Change): string {
  if ('table' in change) return change.table.name;
  if ('chain' in change) return change.chain.table;
  if ('rule' in change) return change.rule.table;
  return change.set.table;
}
