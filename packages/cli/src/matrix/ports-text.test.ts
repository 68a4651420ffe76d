import { ALL_TRAFFIC, portRange, type PortSet, subtractPorts, unionPorts } from '@ringfence/core';
import { expect, test } from 'vitest';
import { portItems } from './ports-text.ts';

const HTTP = portRange('TCP', 80, 80);
const DNS = unionPorts(portRange('UDP', 53, 53), portRange('TCP', 53, 53));
const ALL_TCP = portRange('TCP', 1, 65_535);
const OTHER: PortSet = { spans: [], other: true };

test.each([
  ['80', HTTP],
  ['8000-8100', portRange('TCP', 8000, 8100)],
  ['53, 80, 53/UDP', unionPorts(HTTP, DNS)],
  ['TCP', ALL_TCP],
  ['other', OTHER],
  ['80, other', unionPorts(HTTP, OTHER)],
  ['all', ALL_TRAFFIC],
  ['all but 53, 53/UDP', subtractPorts(ALL_TRAFFIC, DNS)],
  ['all but TCP', subtractPorts(ALL_TRAFFIC, ALL_TCP)],
  ['TCP, UDP, SCTP', subtractPorts(ALL_TRAFFIC, OTHER)],
])('%s', (text, set) => {
  expect(portItems(set).join(', ')).toBe(text);
});
