import type { Direction, Finding, IpAddress, Protocol } from '@ringfence/core';

/** What came of comparing a kernel with what policies mean. */
export interface Proof {
  /** Empty where the kernel holds what the policies mean; no more than were asked for. */
  readonly differences: readonly Difference[];
  readonly differencesInAll: number;
  /** Elements that are there or missing, and change no verdict; as many. */
  readonly harmless: readonly ElementDifference[];
  readonly harmlessInAll: number;
  readonly compared: Compared;
}

/** How much was compared. */
export interface Compared {
  /** Rules and elements that the kernel has. */
  readonly rules: number;
  readonly elements: number;
  /** Addresses of pods, and numbers of peers that the kernel gives to any address. */
  readonly addresses: number;
  readonly numbers: number;
  /** Classes of pods, and parts of all other addresses, that policies tell apart. */
  readonly classes: number;
  readonly parts: number;
  /** Addresses of this node's pods, times directions. */
  readonly subjects: number;
  /** Functions from ports to verdicts that were worked out of rows and of policies. */
  readonly functions: number;
}

/** A way in which the kernel is not what it should be. */
export type Difference = LayoutDifference | ElementDifference | VerdictDifference;

/** Rules, chains or sets are others. */
export interface LayoutDifference {
  readonly kind: 'layout';
  /** As `rule 3 of chain input`. */
  readonly where: string;
  /** As nft writes it; empty where there is nothing. */
  readonly kernel: string;
  readonly expected: string;
}

/** An element is missing, too many, or has another value. */
export interface ElementDifference {
  readonly kind: 'element';
  readonly set: string;
  readonly is: 'missing' | 'extra' | 'other';
  /** As nft writes it, with its value. */
  readonly element: string;
  /** What follows from it, in words. */
  readonly means: string;
}

/** Connections that the kernel treats otherwise than policies say. */
export interface VerdictDifference {
  readonly kind: 'verdict';
  /** Whose decision it is: that of the sender or of the receiver. */
  readonly direction: Direction;
  readonly subject: End;
  /** One of the peers. */
  readonly peer: End;
  /** How many pods, addresses and ranges of addresses it concerns. */
  readonly peers: number;
  readonly traffic: Traffic;
  readonly kernel: 'allow' | 'deny';
  readonly policies: 'allow' | 'deny';
  /** What policies say of the first port. */
  readonly finding: Finding;
  /** The element that makes the kernel say so, or those that are not there. */
  readonly because: string;
}

/** One end of a connection. */
export interface End {
  readonly address: IpAddress;
  /** As `shop/web-1`; empty where the address is no pod's. */
  readonly pod: string;
  /** The end of the range that begins at the address and is treated alike; the address itself. */
  readonly last: IpAddress;
}

/** Ports `from`..`to`; both 0 where there are none. */
export interface Traffic {
  /** By number where policies have no name for it; `other` is all that has no ports. */
  readonly protocol: Protocol | 'other' | number;
  readonly from: number;
  readonly to: number;
}

/** Whether a node holds what the policies mean: nothing is different that changes a verdict. */
export function holds({ differencesInAll }: Proof): boolean {
  return differencesInAll === 0;
}
