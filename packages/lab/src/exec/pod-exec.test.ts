import { readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PodEntry } from './pod-entrance.ts';
import { podExec } from './pod-exec.ts';

const HERE = readlinkSync('/proc/self/ns/user');
const ENTRY: PodEntry = {
  pid: 4_711,
  userNamespace: HERE,
  network: 20,
  mount: 21,
  uts: 22,
  environment: { HOME: '/', HOSTNAME: 'web-1' },
  without: [],
};
const NETWORK_AND_MOUNT = ['--net=/proc/4711/fd/20', '--mount=/proc/4711/fd/21'];
const UTS = '--uts=/proc/4711/fd/22';

test('a command is started in all namespaces of the pod', () => {
  expect(podExec(ENTRY, ['ls', '-l'])).toEqual({
    file: 'nsenter',
    args: [...NETWORK_AND_MOUNT, UTS, '--', 'ls', '-l'],
    env: { HOME: '/', HOSTNAME: 'web-1' },
  });
});

test('from outside of a rootless lab, its user namespace comes first', () => {
  const { args } = podExec({ ...ENTRY, userNamespace: 'user:[1]' }, ['ls']);
  const user = ['--preserve-credentials', '--user=/proc/4711/ns/user'];
  expect(args).toEqual([...user, ...NETWORK_AND_MOUNT, UTS, '--', 'ls']);
});

test('without a hostname of its own there is no namespace for it', () => {
  const { uts: _, ...entry } = ENTRY;
  expect(podExec(entry, ['ls']).args).toEqual([...NETWORK_AND_MOUNT, '--', 'ls']);
});

test("one's own variables count more than those of the pod", () => {
  const { env } = podExec(ENTRY, ['ls'], { HOME: '/tmp', TERM: 'xterm' });
  expect(env).toEqual({ HOME: '/tmp', HOSTNAME: 'web-1', TERM: 'xterm' });
});
