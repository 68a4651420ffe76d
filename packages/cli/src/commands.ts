import type { CommandEntry } from './command-line/command.ts';

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'eval',
    summary: 'may this connection happen, and why',
    hidden: false,
    load: async () => (await import('./eval/eval-command.ts')).EVAL_COMMAND,
  },
  {
    name: 'matrix',
    summary: 'who can reach whom, on what',
    hidden: false,
    load: async () => (await import('./matrix/matrix-command.ts')).MATRIX_COMMAND,
  },
  {
    name: 'test',
    summary: 'do these expectations hold',
    hidden: false,
    load: async () => (await import('./scenario/command.ts')).TEST_COMMAND,
  },
  {
    name: 'compile',
    summary: 'the nftables ruleset that a node needs',
    hidden: false,
    load: async () => (await import('./compile/compile-command.ts')).COMPILE_COMMAND,
  },
  {
    name: 'up',
    summary: 'a cluster on this machine, out of manifests',
    hidden: false,
    load: async () => (await import('./up/up-command.ts')).UP_COMMAND,
  },
  {
    name: 'down',
    summary: 'take the cluster of this machine down',
    hidden: false,
    load: async () => (await import('./down/down-command.ts')).DOWN_COMMAND,
  },
  {
    name: 'status',
    summary: 'the cluster of this machine: its nodes, pods and policies',
    hidden: false,
    load: async () => (await import('./status/status-command.ts')).STATUS_COMMAND,
  },
  {
    name: 'exec',
    summary: 'run a program of this machine in a pod',
    hidden: false,
    load: async () => (await import('./exec/exec-command.ts')).EXEC_COMMAND,
  },
  {
    name: 'probe',
    summary: 'real connections against what the policies say',
    hidden: false,
    load: async () => (await import('./probe/probe-command.ts')).PROBE_COMMAND,
  },
  {
    name: 'verify',
    summary: 'does the kernel hold exactly what the policies mean',
    hidden: false,
    load: async () => (await import('./verify/verify-command.ts')).VERIFY_COMMAND,
  },
  {
    name: 'agent',
    summary: 'enforce the policies on this machine, as a node',
    hidden: false,
    load: async () => (await import('./agent/agent-command.ts')).AGENT_COMMAND,
  },
  {
    name: 'start',
    summary: 'the example shop, enforced on this machine, and what to try next',
    hidden: false,
    load: async () => (await import('./start/start-command.ts')).START_COMMAND,
  },
  {
    name: '__lab',
    summary: 'the process that holds the network of a cluster',
    hidden: true,
    load: async () => (await import('./lab-process/lab-command.ts')).LAB_COMMAND,
  },
  {
    name: '__agent',
    summary: 'the agent of a node of a cluster on this machine',
    hidden: true,
    load: async () => (await import('./agent/fed-agent-command.ts')).FED_AGENT_COMMAND,
  },
  {
    name: 'completion',
    summary: 'the completion script for bash, zsh or fish',
    hidden: false,
    load: async () => (await import('./completion/completion-command.ts')).COMPLETION_COMMAND,
  },
  {
    name: '__complete',
    summary: 'what may be typed next',
    hidden: true,
    load: async () => (await import('./completion/complete-command.ts')).completeCommand(COMMANDS),
  },
];
