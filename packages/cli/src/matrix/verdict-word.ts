import { isNoTraffic } from '@ringfence/core';
import type { Allowed } from './answer.ts';

/** The answer where one port was asked about. */
export function verdictOn(allow: Allowed): 'yes' | 'no' | 'unknown' {
  if (allow === 'unknown') return 'unknown';
  return isNoTraffic(allow) ? 'no' : 'yes';
}
