import type { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { addressOf, AppletError, runApplet } from './applet.ts';
import { type Answer, askInTurn, openResolver, resolvConf } from './look-up.ts';
import { fullNames } from './resolv-conf.ts';

/** How the records of a type are asked for, and written. */
const TYPES: ReadonlyMap<string, (resolver: Resolver, name: string) => Promise<readonly string[]>> =
  new Map([
    ['A', async (resolver, name) => addressLines(name, await resolver.resolve4(name))],
    ['AAAA', async (resolver, name) => addressLines(name, await resolver.resolve6(name))],
    [
      'SRV',
      async (resolver, name) =>
        (await resolver.resolveSrv(name)).map(
          (record) =>
            `${name}\tservice = ${record.priority} ${record.weight} ${record.port} ${record.name}.`,
        ),
    ],
    [
      'PTR',
      async (resolver, name) => {
        const names =
          isIP(name) === 0 ? await resolver.resolvePtr(name) : await resolver.reverse(name);
        return names.map((found) => `${name}\tname = ${found}`);
      },
    ],
  ]);

function addressLines(name: string, addresses: readonly string[]): readonly string[] {
  return addresses.map((address) => `Name:\t${name}\nAddress: ${address}`);
}

await runApplet('nslookup', {
  usage: 'nslookup [-type=A|AAAA|SRV|PTR] NAME [SERVER]',
  async run(args) {
    const { values, positionals } = parseArgs({
      // Its options begin with one dash.
      args: args.map((each) => each.replace(/^-(?:querytype|query|type|q)=/u, '--type=')),
      options: { type: { type: 'string' } },
      allowPositionals: true,
    });
    const [name, server, ...rest] = positionals;
    if (name === undefined) throw new AppletError('which name?');
    if (rest.length > 0)
      throw new AppletError(`one name and one server, got \`${rest.join(' ')}\``);
    const conf = resolvConf();
    const servers = server === undefined ? conf.servers : [await addressOf(server)];
    const [first] = servers;
    if (first === undefined) throw new AppletError('/etc/resolv.conf names no server');
    write([`Server:\t\t${first}`, `Address:\t${isIP(first) === 6 ? `[${first}]` : first}:53`, '']);

    const resolver = openResolver({ ...conf, servers });
    const names = isIP(name) === 0 ? fullNames(name, conf) : [name];
    const answers = await Promise.all(
      typesFor(name, values.type).map((ask) => askInTurn(names, (each) => ask(resolver, each))),
    );
    const lines = answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
    if (lines.length === 0) throw new AppletError(complaint(name, first, answers));
    write([...lines, '']);
    return 0;
  },
});

/** Without a type, an address is asked for its name and a name for its addresses. */
function typesFor(
  name: string,
  type: string | undefined,
): readonly ((resolver: Resolver, name: string) => Promise<readonly string[]>)[] {
  const wanted = type === undefined ? (isIP(name) === 0 ? ['A', 'AAAA'] : ['PTR']) : [type];
  return wanted.map((each) => {
    const ask = TYPES.get(each.toUpperCase());
    if (ask !== undefined) return ask;
    throw new AppletError(`a type is ${[...TYPES.keys()].join(', ')}, got \`${each}\``);
  });
}

function complaint(name: string, server: string, answers: readonly Answer<string>[]): string {
  const silent = answers.find((answer) => answer.kind === 'silent');
  if (silent === undefined) return `can't find ${name}: there is no such name or record`;
  return silent.code === 'ETIMEOUT'
    ? `can't find ${name}: connection timed out, ${server} does not answer`
    : `can't find ${name}: ${server} gives no answer (${silent.code})`;
}

function write(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
