import type { Path } from '../issue.ts';
import { DEFINITIONS } from './definitions.ts';
import { nearest, sameButForCase } from './spelling.ts';
import { asField, type Definition, type Type } from './type.ts';

/** An object on the way from the root to the unknown field: its definition and where it is. */
export interface Enclosing {
  readonly definition: string;
  readonly depth: number;
}

/**
 * Says what was probably meant by a field that its object does not have.
 *
 * @param path leads to the unknown field.
 * @param enclosing from the root's object to the one that the field was written in.
 */
export function hintForUnknownField(path: Path, enclosing: readonly Enclosing[]): string {
  const name = String(path.at(-1));
  const own = enclosing.at(-1);
  const definition = own && DEFINITIONS[own.definition];
  if (own === undefined || definition === undefined) return '';
  const fields = Object.keys(definition.fields);
  const recased = fields.find((field) => sameButForCase(field, name));
  if (recased !== undefined) return `write \`${recased}\`: field names are case-sensitive`;
  return (
    knownMistake(own.definition, name) ??
    belongsOutside(name, path, enclosing.slice(0, -1)) ??
    belongsInside(name, definition) ??
    misspelt(name, fields) ??
    (own.definition === 'LabelSelector' ? `write \`matchLabels: {${name}: …}\`` : '')
  );
}

const BY_NAMESPACE_NAME = 'matchLabels: {kubernetes.io/metadata.name: …}';

/** What people write who have another API, or another tool, in mind. */
const KNOWN_MISTAKES: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  NetworkPolicy: new Map([
    ['status', 'remove `status`: a server once added it, and it never meant anything'],
  ]),
  NetworkPolicyIngressRule: new Map([
    ['to', 'an ingress rule says `from`; `to` belongs in a rule of `egress`'],
    ['port', 'write `ports`, with a list: `ports: [{port: …}]`'],
  ]),
  NetworkPolicyEgressRule: new Map([
    ['from', 'an egress rule says `to`; `from` belongs in a rule of `ingress`'],
    ['port', 'write `ports`, with a list: `ports: [{port: …}]`'],
  ]),
  NetworkPolicyPeer: new Map([
    ['namespace', `write \`namespaceSelector: {${BY_NAMESPACE_NAME}}\``],
    ['namespaces', `write \`namespaceSelector: {${BY_NAMESPACE_NAME}}\``],
    ['pods', 'write `podSelector`'],
  ]),
  NetworkPolicyPort: new Map([
    ['name', 'write the name as `port: …`'],
    ['number', 'write `port: …`'],
    ['targetPort', 'write `port: …`: policy sees the port of the pod'],
    ['startPort', 'write `port: …`, the first port of the range'],
  ]),
  IPBlock: new Map([
    ['exclude', 'write `except`'],
    ['excludes', 'write `except`'],
    ['exceptions', 'write `except`'],
    ['ip', 'write `cidr`; one address is `…/32`'],
  ]),
  LabelSelector: new Map([['matchNames', `write \`${BY_NAMESPACE_NAME}\``]]),
  ClusterNetworkPolicyIngressRule: new Map([['ports', 'write `protocols`: v1alpha2 renamed it']]),
  ClusterNetworkPolicyEgressRule: new Map([['ports', 'write `protocols`: v1alpha2 renamed it']]),
  BaselineAdminNetworkPolicySpec: new Map([
    ['priority', 'remove `priority`: there is only one BaselineAdminNetworkPolicy'],
  ]),
  AdminNetworkPolicySpec: new Map([['tier', 'remove `tier`, or write a ClusterNetworkPolicy']]),
};

function knownMistake(definition: string, name: string): string | undefined {
  return KNOWN_MISTAKES[definition]?.get(name);
}

function belongsOutside(name: string, path: Path, outer: readonly Enclosing[]): string | undefined {
  const home = outer.findLast(({ definition }) => has(DEFINITIONS[definition], name));
  if (home === undefined) return undefined;
  const beside = String(path[home.depth]);
  const levels = outer.length - outer.indexOf(home);
  const where = levels === 1 ? 'one level up' : `${levels} levels up`;
  return `\`${name}\` belongs ${where}, beside \`${beside}\``;
}

function belongsInside(name: string, definition: Definition): string | undefined {
  const homes = Object.keys(definition.fields).filter((field) => {
    const inner = innerDefinition(definition, field);
    return inner !== undefined && !isObjectMeta(definition, field) && has(inner, name);
  });
  if (homes.length === 0) return undefined;
  const places = homes.map((field) =>
    isList(definition, field) ? `an item of \`${field}\`` : `\`${field}\``,
  );
  return `\`${name}\` belongs inside ${places.join(' or ')}`;
}

function misspelt(name: string, fields: readonly string[]): string | undefined {
  const meant = nearest(name, fields);
  return meant === undefined ? undefined : `write \`${meant}\``;
}

function has(definition: Definition | undefined, name: string): boolean {
  return definition !== undefined && Object.hasOwn(definition.fields, name);
}

function innerDefinition(definition: Definition, field: string): Definition | undefined {
  const type = typeOf(definition, field);
  const name = Array.isArray(type) ? type[0] : type;
  return typeof name === 'string' ? DEFINITIONS[name] : undefined;
}

function isObjectMeta(definition: Definition, field: string): boolean {
  return typeOf(definition, field) === 'ObjectMeta';
}

function isList(definition: Definition, field: string): boolean {
  return Array.isArray(typeOf(definition, field));
}

function typeOf(definition: Definition, field: string): Type {
  return asField(definition.fields[field] ?? 'anything').type;
}
