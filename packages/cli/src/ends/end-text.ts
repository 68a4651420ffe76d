import { failed, type IpAddress, ok, parseAddress, parseCidr, type Result } from '@ringfence/core';
import { type EndKind, kindNamed, typedKinds } from './kind.ts';

/** A named object, as one reading of an END understands it. */
export interface NamedEnd {
  readonly kind: EndKind;
  /** Empty for a Node. */
  readonly namespace: string;
  readonly name: string;
}

/** What the text of an END may mean, before anything is looked up. */
export type EndText =
  | { readonly kind: 'address'; readonly address: IpAddress }
  /** One reading, or two where `A/B` can be NS/POD as well as KIND/NAME. */
  | { readonly kind: 'named'; readonly readings: readonly NamedEnd[] };

/**
 * Reads POD, NS/POD, KIND/NAME, NS/KIND/NAME or an address.
 *
 * Total: which of two readings holds is for the cluster to say.
 */
export function parseEnd(text: string, namespace: string): Result<EndText, string> {
  const address = parseAddress(text);
  if (address.kind === 'ok') return ok({ kind: 'address', address: address.value.address });
  if (parseCidr(text).kind === 'ok') return failed(`\`${text}\` is a block of addresses: name one`);
  const withPort = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text);
  if (withPort !== null) {
    const [, end = '', port = ''] = withPort;
    return failed(`\`${text}\` is no end: write \`${end}\`, and \`${port}\` as the port`);
  }
  const steps = text.split('/');
  if (text === '' || steps.some((step) => step === '')) return failed(shapeOf(text));
  const [first = '', second = '', third = ''] = steps;
  switch (steps.length) {
    case 1:
      return ok({ kind: 'named', readings: [{ kind: 'Pod', namespace, name: first }] });
    case 2:
      return ok({ kind: 'named', readings: twoSteps(first, second, namespace) });
    case 3:
      return threeSteps({ text, namespace: first, kind: second, name: third });
    default:
      return failed(shapeOf(text));
  }
}

function twoSteps(first: string, name: string, namespace: string): readonly NamedEnd[] {
  const asPod: NamedEnd = { kind: 'Pod', namespace: first, name };
  const kind = kindNamed(first);
  if (kind === undefined) return [asPod];
  const asObject: NamedEnd = { kind, namespace: kind === 'Node' ? '' : namespace, name };
  return [asObject, asPod];
}

function threeSteps(end: {
  readonly text: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}): Result<EndText, string> {
  const kind = kindNamed(end.kind);
  if (kind === undefined) {
    const known = typedKinds().join(', ');
    return failed(`\`${end.kind}\` in \`${end.text}\` is no kind of end: must be one of ${known}`);
  }
  if (kind === 'Node') {
    return failed(`\`${end.text}\`: a node is in no namespace: write \`node/${end.name}\``);
  }
  const { namespace, name } = end;
  return ok({ kind: 'named', readings: [{ kind, namespace, name }] });
}

function shapeOf(text: string): string {
  return `\`${text}\` is no end: must be POD, NAMESPACE/POD, KIND/NAME, NAMESPACE/KIND/NAME or an IP address`;
}
