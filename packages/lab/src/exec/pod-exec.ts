import { readlinkSync } from 'node:fs';
import type { Environment } from './pod-environment.ts';
import type { PodEntry } from './pod-entrance.ts';

/** A program with its arguments. */
export type Command = readonly [program: string, ...arguments: readonly string[]];

/** What `spawn` is told to start a command in a pod. */
export interface PodCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/**
 * Says how to start a command in a pod, for the process that asks: util-linux's `nsenter` takes it
 * there and becomes it, so that signals, a terminal and the exit code are the command's own. It
 * starts in `/`.
 *
 * As in a shell, 127 says that there is no such program and 126 that it cannot be run. 1 may also be
 * `nsenter` itself: the pod is gone, or somebody else's; it says so on stderr.
 *
 * @param variables such as `TERM`, or those of the container: they come on top of the pod's.
 */
export function podExec(
  { pid, userNamespace, network, mount, uts, environment }: PodEntry,
  command: Command,
  variables: Environment = {},
): PodCommand {
  const held = (fd: number): string => `/proc/${pid}/fd/${fd}`;
  return {
    file: 'nsenter',
    args: [
      // Nobody can enter the user namespace that he is in.
      ...(readlinkSync('/proc/self/ns/user') === userNamespace
        ? []
        : ['--preserve-credentials', `--user=/proc/${pid}/ns/user`]),
      `--net=${held(network)}`,
      `--mount=${held(mount)}`,
      ...(uts === undefined ? [] : [`--uts=${held(uts)}`]),
      '--',
      ...command,
    ],
    env: { ...environment, ...variables },
  };
}
