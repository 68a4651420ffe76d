import type { Issue, Path } from '../issue.ts';
import { invalidValue, warning } from '../schema/field-error.ts';
import type { Reading } from '../schema/read.ts';
import { formatAddress, parseAddress } from '../sets/address.ts';
import { type Cidr, type CidrSpelling, formatCidr, hostCidr, parseCidr } from '../sets/cidr.ts';

/** How strictly a block is read, where it stands, and where complaints go. */
export interface CidrContext {
  readonly path: Path;
  readonly reading: Reading;
  readonly issues: Issue[];
}

/**
 * Decodes a block of addresses. Strictly, what is ambiguous is an error, as new objects get it from
 * 1.36 on; stored, it is masked and read as decimal, with the server's warnings.
 *
 * @returns undefined where the text is no block at all; what is only too sloppy is decoded as well.
 * @see https://kep.k8s.io/4858
 */
export function decodeCidr(text: string, context: CidrContext): Cidr | undefined {
  const { path, issues } = context;
  const parsed = parseCidr(text);
  if (parsed.kind === 'failed') {
    issues.push(invalidValue({ path, hint: hintForNoCidr(text) }, text, parsed.error));
    return undefined;
  }
  const spelling = parsed.value;
  const detail = strictDetail(spelling);
  if (context.reading === 'strict' && detail !== undefined) {
    issues.push(invalidValue({ path, hint: hintForSloppy(spelling) }, text, detail));
  } else {
    issues.push(...warningsFor(text, spelling, path));
  }
  return spelling.cidr;
}

/**
 * Decodes a block of a tier's `networks`. Custom resources are stricter than NetworkPolicy about
 * zeros and mapped addresses, always; host bits they take, and they are masked.
 */
export function decodeNetwork(text: string, context: CidrContext): Cidr | undefined {
  const { path, issues } = context;
  const parsed = parseCidr(text);
  if (parsed.kind === 'failed' || parsed.value.leadingZeros || parsed.value.mapped) {
    const hint = parsed.kind === 'ok' ? hintForSloppy(parsed.value) : hintForNoCidr(text);
    issues.push(invalidValue({ path, hint }, text, 'Invalid CIDR format provided'));
    return undefined;
  }
  issues.push(...warningsFor(text, parsed.value, path));
  return parsed.value.cidr;
}

function strictDetail(spelling: CidrSpelling): string | undefined {
  if (spelling.leadingZeros) return 'must not have leading 0s in IP or prefix length';
  if (spelling.mapped) return 'must not have an IPv4-mapped IPv6 address';
  return spelling.hostBits ? 'must not have bits set beyond the prefix length' : undefined;
}

function hintForNoCidr(text: string): string {
  const address = parseAddress(text);
  if (address.kind === 'ok') return `write \`${formatCidr(hostCidr(address.value.address))}\``;
  const trimmed = text.trim();
  if (trimmed !== text && parseCidr(trimmed).kind === 'ok') return `write \`${trimmed}\``;
  return '';
}

function hintForSloppy({ cidr, address, hostBits }: CidrSpelling): string {
  const masked = `write \`${formatCidr(cidr)}\``;
  return hostBits
    ? `${masked}, or \`${formatCidr(hostCidr(address))}\` for that one address`
    : masked;
}

/** The warnings of a server, in its words. */
function warningsFor(text: string, spelling: CidrSpelling, path: Path): readonly Issue[] {
  const canonical = formatCidr(spelling.cidr);
  const quoted = JSON.stringify(text);
  const hint = `write \`${canonical}\``;
  const warnings: Issue[] = [];
  if (spelling.hostBits) {
    const single = formatCidr(hostCidr(spelling.address));
    const detail = `CIDR value ${quoted} is ambiguous in this context (should be "${canonical}" or "${single}"?)`;
    warnings.push(warning('ambiguous', { path, hint: hintForSloppy(spelling) }, detail));
  }
  if (spelling.leadingZeros || spelling.mapped) {
    const detail = `non-standard CIDR value ${quoted} is invalid: use "${canonical}"`;
    warnings.push(warning('invalid', { path, hint }, detail));
  }
  const spelled = `${formatAddress(spelling.address)}/${spelling.cidr.length}`;
  if (warnings.length === 0 && spelled !== text) {
    const detail = `IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format ("${canonical}")`;
    warnings.push(warning('invalid', { path, hint }, detail));
  }
  return warnings;
}
