import { mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type HeldNamespace,
  makeMountNamespace,
  makeUtsNamespace,
  type NetworkNamespace,
} from '@ringfence/netlink';
import { endPrograms } from './end-programs.ts';
import { type Environment, NEEDED_FOLDERS, podEnvironment } from './pod-environment.ts';
import { podHostname } from './pod-files.ts';
import { mountPod, NAME_DAEMONS, type OwnFile } from './pod-mounts.ts';

/** A pod that commands can be run in. */
export interface EnterablePod {
  readonly namespace: NetworkNamespace;
  /** The pod's name; as much of it as fits is its hostname. */
  readonly hostname: string;
  /** What `/etc/resolv.conf` is in the pod. */
  readonly resolvConf: string;
  /** What `/etc/hosts` is in the pod. */
  readonly hosts: string;
  /** Where these two are kept, as an absolute path: a folder of this pod alone. */
  readonly folder: string;
}

/**
 * How a command gets into a pod, told to whoever starts it: plain data. The descriptors are those of
 * the process that holds the pod; they mean nothing when it has ended or the pod is gone.
 */
export interface PodEntry {
  readonly pid: number;
  /** The user namespace of that process, as `/proc/self/ns/user` names it. */
  readonly userNamespace: string;
  readonly network: number;
  readonly mount: number;
  /** Absent: the machine's own hostname is seen. */
  readonly uts?: number;
  readonly environment: Environment;
  /** What is not the pod's own there, but this machine's: `hostname`, or the name of a file. */
  readonly without: readonly string[];
}

/** The way into a pod. */
export interface PodEntrance {
  /**
   * Tells how a command gets in. The first call makes the place: it writes the files and mounts.
   *
   * @throws {SystemError} where mounting is not allowed.
   */
  entry(): PodEntry;
  /** Takes the way in away, and the folder, and ends the commands that run. */
  close(): void;
}

interface MadeEntrance {
  readonly entry: PodEntry;
  close(): void;
}

/** Offers a way into a pod; nothing is made until somebody asks for it. */
export function createPodEntrance(pod: EnterablePod): PodEntrance {
  let made: MadeEntrance | undefined;
  return {
    entry() {
      made ??= makeEntrance(pod);
      return made.entry;
    },
    close() {
      made?.close();
      made = undefined;
    },
  };
}

function makeEntrance({ namespace, folder, ...pod }: EnterablePod): MadeEntrance {
  const hostname = podHostname(pod.hostname);
  const files = [
    { target: '/etc/resolv.conf', source: path.join(folder, 'resolv.conf'), text: pod.resolvConf },
    { target: '/etc/hosts', source: path.join(folder, 'hosts'), text: pod.hosts },
  ];
  mkdirSync(folder, { recursive: true });
  for (const { source, text } of files) writeFileSync(source, text);

  const uts = makeUtsNamespace(hostname);
  const { mount, without } = mounted(files, () => uts?.close());
  return {
    entry: {
      pid: process.pid,
      userNamespace: readlinkSync('/proc/self/ns/user'),
      network: namespace.fd,
      mount: mount.fd,
      ...(uts === undefined ? {} : { uts: uts.fd }),
      environment: podEnvironment(hostname),
      without: uts === undefined ? [...without, 'hostname'] : without,
    },
    close() {
      endPrograms(mount.fd);
      mount.close();
      uts?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mounted(
  files: readonly OwnFile[],
  onFailure: () => void,
): { readonly mount: HeldNamespace; readonly without: readonly string[] } {
  let without: readonly string[] = [];
  try {
    const mount = makeMountNamespace(() => {
      without = mountPod({ files, silent: NAME_DAEMONS, kept: NEEDED_FOLDERS });
    });
    return { mount, without };
  } catch (error) {
    onFailure();
    throw error;
  }
}
