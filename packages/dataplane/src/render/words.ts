import type { Field } from '../ruleset/ruleset.ts';

const FIELDS: Readonly<Record<Field, string>> = {
  inputInterface: 'iifname',
  outputInterface: 'oifname',
  source4: 'ip saddr',
  source6: 'ip6 saddr',
  destination4: 'ip daddr',
  destination6: 'ip6 daddr',
  caller4: 'ct original ip saddr',
  caller6: 'ct original ip6 saddr',
  called4: 'ct reply ip saddr',
  called6: 'ct reply ip6 saddr',
  arpSource4: 'arp saddr ip',
  // nft 1.0.6 has no name for it.
  target6: '@th,64,128',
  protocol: 'meta l4proto',
  sourcePort: 'th sport',
  destinationPort: 'th dport',
  identity: 'meta priority',
};

/** A field as nft calls it. */
export function fieldText(field: Field): string {
  return FIELDS[field];
}

/** A key as nft writes it. */
export function keyFieldsText(fields: readonly Field[]): string {
  return fields.map(fieldText).join(' . ');
}

/** A priority as nft writes it: two halves, in hexadecimal. */
export function identityText(number: number): string {
  return `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
}

/** Bits of a mark. */
export function markText(bits: number): string {
  return `0x${(bits >>> 0).toString(16).padStart(8, '0')}`;
}

/** Text in quotation marks; nft knows no way to write one inside. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '')}"`;
}

/** The name of an interface. */
export function interfaceText(name: string): string {
  return quoted(name);
}
