const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/iu;

/**
 * Turns an Ethernet address, `02:00:00:00:00:01`, into its 6 bytes.
 *
 * @throws {RangeError} unless it is one.
 */
export function macBytes(text: string): Uint8Array {
  if (!MAC.test(text)) throw new RangeError(`\`${text}\` is not a MAC address`);
  return Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
}

/**
 * Writes a link's hardware address in lower case. Links other than Ethernet have addresses of other
 * lengths, or none: then it is empty.
 */
export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
