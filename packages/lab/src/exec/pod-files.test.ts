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
  const hosts = podHosts('web-1', [{ address: '10.1.1.5' }, { address: 'fd00::5' }]);
  expect(hosts).toMatch(/^127\.0\.0\.1\tlocalhost$/mu);
  expect(hosts).toMatch(/^::1\tlocalhost /mu);
  expect(hosts.split('\n').slice(-3)).toEqual(['10.1.1.5\tweb-1', 'fd00::5\tweb-1', '']);
});
