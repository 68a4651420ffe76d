/**
 * A domain name as its labels, from the leaf to the root; the root itself has none. Every character
 * stands for one byte, so that any label that can be sent can be written down.
 */
export type DomainName = readonly string[];

const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;
/** The two upper bits of a length byte say what it is: a length, or the start of a pointer. */
const KIND = 0xc0;
const POINTER = 0xc0;

/** Splits a name at its dots; a dot at its end says nothing here. */
export function nameOf(text: string): DomainName {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  return bare === '' ? [] : bare.split('.');
}

/** Whether a name can be sent: labels of 1 to 63 bytes, at most 255 bytes in all. */
export function isDomainName(name: DomainName): boolean {
  let length = 1;
  for (const label of name) {
    if (label.length === 0 || label.length > LONGEST_LABEL || !isBytes(label)) return false;
    length += label.length + 1;
  }
  return length <= LONGEST_NAME;
}

function isBytes(label: string): boolean {
  for (let index = 0; index < label.length; index += 1) {
    if (label.charCodeAt(index) > 0xff) return false;
  }
  return true;
}

/** The form in which names are compared: only ASCII letters have a case (RFC 4343). */
export function lowerCase(name: DomainName): DomainName {
  return name.map((label) => label.replace(/[A-Z]+/gu, (letters) => letters.toLowerCase()));
}

/** The labels that stand before a suffix; `undefined` where the name does not end in it. */
export function labelsBelow(name: DomainName, suffix: DomainName): DomainName | undefined {
  const count = name.length - suffix.length;
  if (count < 0) return undefined;
  return suffix.every((label, index) => label === name[count + index])
    ? name.slice(0, count)
    : undefined;
}

/**
 * Reads a name in a message, and where what comes after it begins. Pointers lead back only, so that
 * reading always ends.
 *
 * @returns `undefined` where there is no name.
 */
export function readName(
  bytes: Uint8Array,
  start: number,
): { readonly name: DomainName; readonly next: number } | undefined {
  const name: string[] = [];
  let at = start;
  let next: number | undefined;
  let lowest = start;
  let length = 1;
  for (;;) {
    const head = bytes[at];
    if (head === undefined) return undefined;
    if (head === 0) return { name, next: next ?? at + 1 };
    if ((head & KIND) === POINTER) {
      const low = bytes[at + 1];
      next ??= at + 2;
      at = ((head & ~KIND) << 8) | (low ?? 0);
      if (low === undefined || at >= lowest) return undefined;
      lowest = at;
      continue;
    }
    const end = at + 1 + head;
    length += head + 1;
    if ((head & KIND) !== 0 || end > bytes.length || length > LONGEST_NAME) return undefined;
    name.push(String.fromCharCode(...bytes.subarray(at + 1, end)));
    at = end;
  }
}
