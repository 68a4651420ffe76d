import type { Paint } from '../command-line/paint.ts';
import type { Input } from '../input/load-cluster.ts';
import { type ProbeReport, summary } from '../probe/report-text.ts';
import { besideText } from './beside-text.ts';
import type { Paths } from './predicted-text.ts';
import { DENIED, placeToEdit } from './what-next.ts';

export interface MeasuredText {
  readonly input: Input;
  readonly report: ProbeReport;
  readonly paths: Paths;
  /** What has to be typed so that commands mean this cluster, with a blank before it. */
  readonly naming: string;
}

/** What is enforced and how, the measured table beside the predicted one, and what to try next. */
export function measuredText(
  { input, report, paths, naming }: MeasuredText,
  paint: Paint,
): readonly string[] {
  const { ringfence, shop } = paths;
  const { pod, namespace, address, port } = DENIED;
  const policies = [...input.cluster.policies()].length;
  const { connections, seconds } = report;
  return [
    `${paint.strong('enforced')}: the ${policies} policies of ${shop}, by an agent and nftables on each node`,
    ...besideText(connections, paint),
    `${connections.length} connections in ${seconds.toFixed(1)} s: ${summary(report, paint).join('; ')}`,
    'try next: what is denied; its rules (a line `- {}` allows all); the table again',
    `  ${ringfence} exec${naming} ${namespace}/${pod} -- nc -zvw1 ${address} ${port}`,
    `  \${EDITOR:-vi} ${placeToEdit(input)}`,
    `  ${ringfence} probe${naming}`,
  ];
}
