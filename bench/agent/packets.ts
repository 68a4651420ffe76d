import { chainLayout } from './chain-layout.ts';
import { type Limit, median, quantile, report } from './figures.ts';
import { load, makePacketLab, type PacketLab } from './packet-lab.ts';
import { PACKET_NODE, type PacketWorld, packetWorld, UDP_PORTS } from './packet-world.ts';
import { startToldAgent } from './told-agent.ts';

const ROUNDS = 21;
const MS = 250;
const FLOWS = 40_000;
const LIMITS = {
  stream: { least: 0.95 },
  request: { most: 1.05 },
  connect: { least: 0.9 },
  flows: { most: 0.2 },
} as const satisfies Record<string, Limit>;

const TRACKING = `table inet bench {
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
  }
}
`;

/** Measures in turn what packets cost where different rules are in force. @param program that sends */
export async function measurePackets(program: string): Promise<void> {
  const few = packetWorld({ pairs: 2, each: 5 });
  const many = packetWorld({ pairs: 50, each: 100 });
  const make = (name: string, world: PacketWorld): Promise<PacketLab> =>
    makePacketLab(name, world, program);
  const tracking = await make('tracking alone', many);
  const ours = await make(`ours, ${many.policies.length} policies`, many);
  const oursFew = await make(`ours, ${few.policies.length} policies`, few);
  const chains = await make(`chains, ${many.policies.length} policies`, many);
  load(tracking.namespace, TRACKING);
  await enforce(ours, many);
  await enforce(oursFew, few);
  load(chains.namespace, chainLayout(many));

  const columns: readonly Column[] = [
    column('Gbit/s of one connection', [tracking, ours, chains], (lab) => lab.stream(MS)),
    column('us from request to answer', [tracking, ours, chains], (lab) => lab.request(MS)),
    column('connections/s', [tracking, oursFew, ours, chains], (lab) => lab.connect(MS)),
    column('ns, first packet, middle policy', [tracking, oursFew, ours, chains], (lab) =>
      lab.flows(UDP_PORTS.middle, FLOWS),
    ),
    column('ns, first packet, last policy', [tracking, ours, chains], (lab) =>
      lab.flows(UDP_PORTS.last, FLOWS),
    ),
  ];
  for (let round = 0; round < ROUNDS; round += 1) for (const each of columns) each.run(round);
  for (const each of columns) each.print();

  const [stream, request, connect, ...flows] = columns;
  if (stream && request && connect) {
    ratio('throughput, ours to tracking alone', stream, [ours, tracking], LIMITS.stream);
    ratio('latency, ours to tracking alone', request, [ours, tracking], LIMITS.request);
    ratio('new connections, 5,000 policies to 10', connect, [ours, oursFew], LIMITS.connect);
  }
  for (const each of flows) {
    const added = (lab: PacketLab): number => each.between(lab, tracking, (one, two) => one - two);
    report(`${each.what}, added by ours`, added(ours), { unit: ' ns' });
    report(`${each.what}, added by chains`, added(chains), { unit: ' ns' });
    const share = added(ours) / added(chains);
    report(`${each.what}, ours to chains`, share, { unit: ' times', limit: LIMITS.flows });
  }
  for (const lab of [tracking, ours, oursFew, chains]) await lab.close();
}

/** The rules stay when the agent stops, and nothing of it runs beside the packets. */
async function enforce({ namespace }: PacketLab, { pods, policies }: PacketWorld): Promise<void> {
  const agent = startToldAgent(namespace, PACKET_NODE);
  agent.replace([
    {
      kind: 'Namespace',
      name: 'bench',
      labels: new Map([['kubernetes.io/metadata.name', 'bench']]),
      terminating: false,
    },
    ...pods,
    ...policies,
  ]);
  await agent.stop();
}

/** One kind of traffic, measured in several labs in turn. */
interface Column {
  readonly what: string;
  run(round: number): void;
  print(): void;
  /** The median, over the rounds, of what two labs of one round give. */
  between(one: PacketLab, two: PacketLab, of: (one: number, two: number) => number): number;
}

function column(
  what: string,
  labs: readonly PacketLab[],
  measure: (lab: PacketLab) => number,
): Column {
  const samples = new Map<PacketLab, number[]>(labs.map((lab) => [lab, []]));
  return {
    what,
    run(round) {
      // Another one is the first in each round.
      for (const place of labs.keys()) {
        const lab = labs[(place + round) % labs.length];
        if (lab !== undefined) samples.get(lab)?.push(measure(lab));
      }
    },
    print() {
      process.stdout.write(`${what}: median (a tenth below, a tenth above; least, most)\n`);
      for (const [{ name }, all] of samples) {
        const text = [0.5, 0.1, 0.9, 0, 1].map((share) => quantile(all, share).toFixed(1));
        const [middle, low, high, least, most] = text;
        process.stdout.write(`  ${name}: ${middle} (${low}, ${high}; ${least}, ${most})\n`);
      }
    },
    between(one, two, of) {
      const [first = [], second = []] = [samples.get(one), samples.get(two)];
      return median(first.map((value, round) => of(value, second[round] ?? Number.NaN)));
    },
  };
}

function ratio(
  what: string,
  traffic: Column,
  [one, two]: readonly [PacketLab, PacketLab],
  limit: Limit,
): void {
  const figure = traffic.between(one, two, (left, right) => left / right);
  report(what, figure, { unit: ' times', limit });
}
