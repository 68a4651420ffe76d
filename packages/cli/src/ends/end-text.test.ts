import { expect, test } from 'vitest';
import { parseEnd } from './end-text.ts';
import { spell } from './spelling.ts';

/** The readings of an END, spelled out; an address as `address`; a failure as its message. */
function readings(text: string): string {
  const parsed = parseEnd(text, 'shop');
  if (parsed.kind === 'failed') return `! ${parsed.error}`;
  if (parsed.value.kind === 'address') return `address ${String(parsed.value.address.value)}`;
  return parsed.value.readings.map(spell).join(' | ');
}

test.each([
  ['a pod takes the namespace of -n', 'web-1', 'shop/pod/web-1'],
  ['a pod in a namespace', 'other/web-1', 'other/pod/web-1'],
  ['a kind can also be a namespace', 'deploy/web', 'shop/deploy/web | deploy/pod/web'],
  ['kinds in any case, long', 'Deployments/web', 'shop/deploy/web | Deployments/pod/web'],
  ['kinds with their group', 'deployments.apps/web', 'shop/deploy/web | deployments.apps/pod/web'],
  ['kinds with version and group', 'x/cronjob.v1.batch/web', 'x/cj/web'],
  ['a node has no namespace', 'no/n1', 'node/n1 | no/pod/n1'],
  ['all three', 'other/svc/web', 'other/svc/web'],
  ['IPv4', '10.0.0.1', 'address 167772161'],
  ['IPv6', '::1', 'address 1'],
])('%s', (_, text, expected) => {
  expect(readings(text)).toBe(expected);
});

test.each([
  ['nothing', '', '` is no end'],
  ['too many steps', 'a/b/c/d', 'is no end'],
  ['an empty step', 'shop/', 'is no end'],
  ['a kind that makes no pods', 'shop/cm/x', 'no kind of end: must be one of pod, node, svc,'],
  ['a node in a namespace', 'shop/node/n1', 'write `node/n1`'],
  ['a port with it', 'shop/web-1:80', 'write `shop/web-1`, and `80` as the port'],
  ['a port behind brackets', '[::1]:80', 'write `::1`, and `80` as the port'],
  ['a block', '10.0.0.0/8', 'is a block of addresses'],
])('refuses %s', (_, text, expected) => {
  expect(readings(text)).toContain(`! `);
  expect(readings(text)).toContain(expected);
});
