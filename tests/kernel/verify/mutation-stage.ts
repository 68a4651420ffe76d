import { openTableReader, watchInterfaces } from '@ringfence/agent';
import {
  type Change,
  commit,
  KernelError,
  type NetlinkSocket,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { proofsOf } from '../../../packages/cli/src/verify/proofs.ts';
import { type FoundTables, tablesIn } from '../../../packages/cli/src/verify/tables.ts';
import type { Random } from '../flows/random.ts';
import { editChain } from './edit-chain.ts';
import { editSet, type KernelEdit } from './edit-set.ts';
import { type KernelSnapshot, snapshotOf } from './kernel-snapshot.ts';
import { setUpNode, VERIFIED_NODE as NODE, VERIFIED_SETTINGS } from './enforced-node.ts';

/** A node of a lab whose tables nobody owns any more. */
export interface MutationStage {
  readonly ownAddresses: ReadonlySet<number | bigint>;
  tables(): FoundTables;
  /** What is wrong with these tables, in a word each. */
  wrong(tables: FoundTables): readonly string[];
  editAtRandom(random: Random): KernelEdit | undefined;
  /** False where the kernel refuses one of the transactions. */
  apply(transactions: KernelEdit['changes']): boolean;
  close(): Promise<void>;
}

/** Puts objects into force on two nodes with bridges, and ends the agent of one. */
export async function setUpMutations(): Promise<MutationStage> {
  const lab = await setUpNode('bridge');
  await lab.stopAgent(NODE);
  const network = lab.networks.get(NODE);
  if (network === undefined) throw new Error(`there is no node ${NODE}`);
  const socket = network.enter(() => openNetfilterSocket());
  const reader = network.enter(openTableReader);
  const interfaces = network.enter(() =>
    watchInterfaces({ podInterfaces: [], exclude: [], believe: 'pods' }),
  );
  const { cluster } = lab.lab;
  const proving = { cluster, settings: VERIFIED_SETTINGS, interfaces, most: 1 };
  const tables = (): FoundTables => {
    const held = reader.read(VERIFIED_SETTINGS.table);
    if (held.kind === 'failed') throw new Error(held.error);
    return tablesIn(held.value.tables, { name: 'ringfence', needsBridge: true });
  };
  const { inet, bridge } = tables();
  const snapshots = [inet, bridge].flatMap((table) =>
    table === undefined ? [] : [snapshotOf(socket, { family: table.family, name: table.name })],
  );
  return {
    ownAddresses: new Set(cluster.node(NODE)?.addresses.map(({ value }) => value)),
    tables,
    wrong: (found) => [
      ...found.wrong,
      ...proofsOf(found, proving).flatMap(({ differences }) => differences.map(({ kind }) => kind)),
    ],
    editAtRandom: (random) => editAtRandom(snapshots, random),
    apply: (transactions) => isApplied(socket, transactions),
    async close() {
      interfaces.close();
      await interfaces.ended;
      reader.close();
      socket.close();
      await lab.close();
    },
  };
}

/** Most edits are of the larger table. */
function editAtRandom(
  [inet, bridge = inet]: readonly KernelSnapshot[],
  random: Random,
): KernelEdit | undefined {
  const snapshot = random.percent(85) ? inet : bridge;
  if (snapshot === undefined) throw new Error('there is a table');
  if (random.percent(3)) return madeDormant(snapshot);
  if (random.percent(55)) return editSet(random.pick(snapshot.sets), random);
  return editChain(random.pick(snapshot.chains), random);
}

function madeDormant({ table }: KernelSnapshot): KernelEdit {
  const as = (dormant: boolean): Change => ({
    kind: 'addTable',
    table: { ...table, flags: { dormant, owner: false, persist: true } },
  });
  return { what: `${table.name}: dormant`, changes: [[as(true)]], undo: [[as(false)]] };
}

function isApplied(socket: NetlinkSocket, transactions: KernelEdit['changes']): boolean {
  try {
    for (const changes of transactions) if (changes.length > 0) commit(socket, changes);
    return true;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return false;
  }
}
