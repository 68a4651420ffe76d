import type { Issue, Path } from '../issue.ts';
import { invalidValue } from '../schema/field-error.ts';
import { type IpAddress, parseAddress } from '../sets/address.ts';

/** Reads an address of an object; one that is none is an issue, and left out. */
export function decodeAddress(text: string, path: Path, issues: Issue[]): IpAddress | undefined {
  const spelled = parseAddress(text);
  if (spelled.kind === 'ok') return spelled.value.address;
  issues.push(invalidValue({ path }, text, spelled.error));
  return undefined;
}
