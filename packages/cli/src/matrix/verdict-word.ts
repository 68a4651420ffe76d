import { type Allowance, isNoTraffic } from '@ringfence/core';

/** The answer where one port was asked about. */
export function verdictOn({ allowed, unknown }: Allowance): 'yes' | 'no' | 'unknown' {
  if (!isNoTraffic(allowed)) return 'yes';
  return isNoTraffic(unknown) ? 'no' : 'unknown';
}
