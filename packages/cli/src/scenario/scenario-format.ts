import { ok } from '@ringfence/core';
import {
  choice,
  described,
  expected,
  type Format,
  isMapping,
  list,
  mapping,
  oneOrMore,
  patterned,
  type Schema,
  text,
  whole,
  wrong,
} from './format.ts';
import { optional, record, required } from './record.ts';
import type { Complaint, Expectation, Labelling, Manifest, Scenario, Step } from './scenario.ts';

const MANIFEST: Format<Manifest> = {
  schema: {
    oneOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        properties: { text: { type: 'string' } },
        required: ['text'],
        additionalProperties: false,
      },
      { type: 'object', required: ['apiVersion', 'kind'] },
    ],
  },
  read(input, path) {
    if (typeof input === 'string' && input !== '') return ok({ kind: 'path', path: input });
    if (!isMapping(input)) {
      return expected('a path, a Kubernetes object or `{text: ...}`', input, path);
    }
    const keys = Object.keys(input);
    const written = input['text'];
    if (keys.length === 1 && typeof written === 'string') {
      return ok({ kind: 'text', text: written });
    }
    if (keys.includes('apiVersion') && keys.includes('kind')) {
      return ok({ kind: 'object', value: input });
    }
    const message = 'an inline object needs `apiVersion` and `kind`';
    return wrong('required', path, `${message}; text that is no object goes under \`text\``);
  },
};

const COMPLAINT: Format<Complaint> = record({
  path: optional('The whole path of the field at fault.', text(), undefined),
  message: optional('A part of the message.', text(), undefined),
  hint: optional('A part of the hint.', text(), undefined),
  line: optional('The line that the message points at.', whole(1, 10_000_000), undefined),
});

const HAS_PORT_OR_NEEDS_NONE: Schema = {
  anyOf: [
    { required: ['port'] },
    { required: ['protocol'], properties: { protocol: { enum: ['other', ['other']] } } },
  ],
};

const EXPECTATION: Format<Expectation> = withPorts(
  record({
    from: required(
      'Who connects: POD, NS/POD, KIND/NAME, NS/KIND/NAME, an address, or "*".',
      oneOrMore(text()),
    ),
    to: required('Who is connected to, written as `from` is.', oneOrMore(text())),
    protocol: optional(
      'TCP unless it says otherwise; `other` is what has no ports, such as ICMP echo.',
      oneOrMore(choice(['TCP', 'UDP', 'SCTP', 'other'])),
      ['TCP'],
    ),
    port: optional(
      "The destination's port; for a Service, the Service's own.",
      oneOrMore(whole(1, 65_535)),
      [],
    ),
    family: optional(
      'Every family that both ends share, unless said.',
      choice(['IPv4', 'IPv6']),
      undefined,
    ),
    want: required('The verdict.', choice(['allow', 'deny', 'unknown'])),
    because: required('Why, in one sentence.', text()),
  }),
);

/** Ports are needed by every protocol but `other`, which has none. */
function withPorts(format: Format<Expectation>): Format<Expectation> {
  return {
    schema: { ...format.schema, ...HAS_PORT_OR_NEEDS_NONE },
    read(input, path) {
      const read = format.read(input, path);
      if (read.kind === 'failed') return read;
      const { protocol, port } = read.value;
      const needed = protocol.some((name) => name !== 'other');
      if (needed && port.length === 0) return wrong('required', path, '`port` is missing');
      return read;
    },
  };
}

const LABEL_VALUE: Format<string | null> = {
  schema: { type: ['string', 'null'] },
  read(input, path) {
    if (typeof input === 'string' || input === null) return ok(input);
    return expected('a string, or null to take the label away', input, path);
  },
};

const OBJECT_NAME: Format<string> = patterned(
  /^[A-Z][A-Za-z]+ ([^\s/]+\/)?[^\s/]+$/u,
  '`Kind name` or `Kind namespace/name`',
);

const LABELLING: Format<Labelling> = record({
  object: required('`Kind name` or `Kind namespace/name`.', OBJECT_NAME),
  labels: required('Labels to set; null takes one away.', mapping(LABEL_VALUE)),
});

const STEP: Format<Step> = record({
  step: required('What is changed.', text()),
  apply: optional('Objects to create or replace.', list(MANIFEST), []),
  delete: optional(
    'Objects to delete: `Kind name` or `Kind namespace/name`.',
    list(OBJECT_NAME),
    [],
  ),
  label: optional('Labels to change.', list(LABELLING), []),
  connections: optional('What must hold afterwards.', list(EXPECTATION), []),
});

/** The format of a scenario file: the reader and the JSON Schema both come from it. */
export const SCENARIO: Format<Scenario> = described(
  'Expectations of a Kubernetes cluster: which connections its policies allow, and why.',
  record({
    scenario: required('What the file shows, as a title.', text()),
    source: optional('Where the expectations come from.', text(), ''),
    read: optional(
      '`strict` (default) as new objects are taken; `stored` as a server keeps old ones.',
      choice(['strict', 'stored']),
      'strict',
    ),
    ownNodeEgress: optional(
      "Whether a pod's traffic to its own node is subject to policy (`enforce`, default).",
      choice(['enforce', 'allow']),
      'enforce',
    ),
    namespace: optional('The namespace of objects and ends that name none.', text(), 'default'),
    manifests: optional(
      'The objects: paths, inline objects, or `{text: ...}`.',
      list(MANIFEST),
      [],
    ),
    refused: optional('Every error that the manifests must give.', list(COMPLAINT), []),
    warned: optional('Warnings that the manifests must give, among others.', list(COMPLAINT), []),
    connections: optional('What must hold before any step.', list(EXPECTATION), []),
    steps: optional('Changes, in order, each with what must hold after it.', list(STEP), []),
  }),
);
