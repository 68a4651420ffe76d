import { expect, test } from 'vitest';
import { address } from '../testing.ts';
import { resolvConf } from './resolv-conf.ts';

test('a pod looks in its own namespace first', () => {
  const nameservers = [address('10.96.0.10'), address('fd00:96::a')];
  expect(resolvConf({ namespace: 'shop', nameservers }).split('\n')).toEqual([
    'search shop.svc.cluster.local svc.cluster.local cluster.local',
    'nameserver 10.96.0.10',
    'nameserver fd00:96::a',
    'options ndots:5',
    '',
  ]);
});

test('more nameservers than the C library reads are left out', () => {
  const nameservers = [1, 2, 3, 4].map((number) => address(`10.96.0.${number}`));
  const text = resolvConf({ namespace: 'shop', nameservers });
  expect(text.match(/^nameserver .*$/gmu)).toHaveLength(3);
});
