import { expect, test } from 'vitest';
import { podHostname, podHosts } from './pod-files.ts';

test.each([
  ['one that fits stays', 'web-1', 'web-1'],
  ['the kernel takes 63 characters and more', 'a'.repeat(63), 'a'.repeat(63)],
  ['a longer one is cut', 'a'.repeat(64), 'a'.repeat(63)],
  ['and ends with a letter or a digit', `${'a'.repeat(60)}-.-${'b'.repeat(9)}`, 'a'.repeat(60)],
])("a pod's hostname: %s", (_, name, hostname) => {
  expect(podHostname(name)).toBe(hostname);
});

test("a pod's hosts are the machine's own and the pod, by each address", () => {
  const hosts = podHosts({ hostname: 'web-1', domain: '' }, [
    { address: '10.1.1.5' },
    { address: 'fd00::5' },
  ]);
  expect(hosts).toMatch(/^127\.0\.0\.1\tlocalhost$/mu);
  expect(hosts).toMatch(/^::1\tlocalhost /mu);
  expect(hosts.split('\n').slice(-3)).toEqual(['10.1.1.5\tweb-1', 'fd00::5\tweb-1', '']);
});

test('a pod that cluster DNS knows by name has that name, too', () => {
  const hosts = podHosts({ hostname: 'db-0', domain: 'db.shop.svc.cluster.local' }, [
    { address: '10.1.1.5' },
  ]);
  expect(hosts).toContain('10.1.1.5\tdb-0.db.shop.svc.cluster.local\tdb-0\n');
});
