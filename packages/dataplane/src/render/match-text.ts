import { formatAddress, unreachable } from '@ringfence/core';
import { UDP } from '../ruleset/numbers.ts';
import { type HeaderMatch, isHeaderMatch, type Match } from '../ruleset/ruleset.ts';
import { fieldText, identityText, interfaceText, keyFieldsText, markText } from './words.ts';

/** Writes a match as nft does. */
export function matchText(match: Match): string {
  if (isHeaderMatch(match)) return headerText(match);
  switch (match.kind) {
    case 'family':
      return `meta nfproto ${match.family === 'IPv4' ? 'ipv4' : 'ipv6'}`;
    case 'interfacePrefix':
      return `${fieldText(match.field)} ${interfaceText(`${match.prefix}*`)}`;
    case 'interfaceIsNot':
      return `${fieldText(match.field)} != ${interfaceText(match.name)}`;
    case 'inSet':
      return `${keyFieldsText(match.key)} @${match.set}`;
    case 'identity':
      return `meta priority ${match.is === 'equal' ? '' : '!= '}${identityText(match.number)}`;
    case 'state':
      return `ct state ${match.states.join(',')}`;
    case 'reply':
      return 'ct direction reply';
    case 'mark': {
      const compared = match.is === 'equal' ? '==' : '!=';
      return `ct mark and ${markText(match.mask)} ${compared} ${markText(match.value)}`;
    }
    default:
      return unreachable(match);
  }
}

/** Of what is in the packet itself. */
function headerText(match: HeaderMatch): string {
  switch (match.kind) {
    case 'protocol':
      return `meta l4proto { ${match.protocols.join(', ')} }`;
    case 'destinationPort': {
      const ports = match.ports.join(', ');
      return match.protocol === UDP
        ? `udp dport { ${ports} }`
        : `meta l4proto ${match.protocol} th dport { ${ports} }`;
    }
    case 'icmpType':
      return `${match.family === 'IPv4' ? 'icmp' : 'icmpv6'} type { ${match.types.join(', ')} }`;
    case 'prefix6': {
      const first = formatAddress({ family: 'IPv6', value: match.first });
      return `${fieldText(match.field)} ${first}/${match.length}`;
    }
    case 'hopLimit6':
      return `ip6 hoplimit ${match.hops}`;
    case 'options4':
      return 'ip hdrlength != 5';
    case 'sourceRoute4':
      return `ip option ${match.strict ? 'ssrr' : 'lsrr'} exists`;
    case 'toMany':
      return 'meta pkttype { broadcast, multicast }';
    case 'otherEtherType':
      // One comparison after the other: a set without a name costs every frame a lookup.
      return ['ip', 'ip6', 'arp'].map((type) => `ether type != ${type}`).join(' ');
    case 'notSyn':
      return 'tcp flags & (fin | syn | rst | ack) != syn';
    default:
      return unreachable(match);
  }
}
