import type { IpAddress } from '@ringfence/core';

/** The first address of each family: those that count where one of each does. */
export function firstOfFamilies(addresses: readonly IpAddress[]): readonly IpAddress[] {
  return addresses.filter(
    ({ family }, index) => addresses.findIndex((other) => other.family === family) === index,
  );
}
