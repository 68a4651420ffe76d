import type { PortFunction, PortSet } from '@ringfence/core';

/** What is allowed, and how to find out why. */
export interface Said {
  readonly ports: PortSet;
  /** Equal for equal ports. */
  readonly key: string;
  readonly why: () => PortFunction;
}
