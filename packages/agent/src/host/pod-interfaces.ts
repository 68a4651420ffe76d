import type { IpAddress } from '@ringfence/core';

/** Which links of this node are pods', and which pod is behind which. */
export interface PodInterfaces {
  /** Whether a link of this name is there and is a pod's, or a bridge that pods are ports of. */
  isPod(name: string): boolean;
  /**
   * The interface that rules for what is routed see an address come in by: that of the route to this
   * very address, or the bridge that the route leads to. `undefined` while it is not known, and where
   * the address was found at another link before: see `reconsider`.
   */
  interfaceOf(address: IpAddress): string | undefined;
  /**
   * The port of a bridge that an address is behind; what is once answered stays until `release` or
   * `reconsider`, also when the port goes. `undefined` where pods are not on a bridge, and while it is not known for
   * sure: then it is looked for again, and `changes` tells when it is found.
   */
  portOf(address: IpAddress): string | undefined;
  /** Whether the route to an address leads to a bridge of which nobody knows the port. */
  lacksPort(address: IpAddress): boolean;
  /** Says outright which link is the pod's with this address; nothing else counts for it then. */
  pin(address: IpAddress, name: string): void;
  /**
   * The pod with this address was told of again: where it is now is its place, if it is not found where
   * it was. Without this, whoever is given the address of a pod that went would be taken for it until
   * its end is told.
   *
   * @returns whether its place may be another one now.
   */
  reconsider(address: IpAddress): boolean;
  /** Forgets an address: its pod is gone. */
  release(address: IpAddress): void;
  /** The exact names of all links that are pods', bridges and their ports included, in order. */
  podInterfaces(): readonly string[];
  /** Those of them that are ports of a bridge, in order. */
  podPorts(): readonly string[];
  /** What keeps addresses from being bound, in words. */
  problems(): readonly string[];
  /** Has a function called whenever any of this may be another: once for all that came together. */
  changes(callback: () => void): void;
  /** Resolves when it is closed; rejects when the kernel is not understood any more. */
  readonly ended: Promise<void>;
  close(): void;
}
