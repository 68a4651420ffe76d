import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { codeOf } from './reason.ts';
import { fullNames, parseResolvConf, type ResolvConf } from './resolv-conf.ts';

/** What became of a question. `silent`: no server said anything that is an answer. */
export type Answer<T> =
  | { readonly kind: 'found'; readonly name: string; readonly records: readonly T[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'silent'; readonly code: string };

/** The pod's own settings; none where there is no such file. */
export function resolvConf(): ResolvConf {
  return parseResolvConf(contentOf('/etc/resolv.conf'));
}

/** Opens a line to the name servers. */
export function openResolver({ servers, timeoutMs, attempts }: ResolvConf): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: attempts });
  resolver.setServers(servers);
  return resolver;
}

/**
 * Asks for names one after the other, until one has records. Where a server is silent, the others
 * would be asked in vain.
 */
export async function askInTurn<T>(
  names: readonly string[],
  ask: (name: string) => Promise<readonly T[]>,
): Promise<Answer<T>> {
  let broken: string | undefined;
  for (const name of names) {
    try {
      return { kind: 'found', name, records: await ask(name) };
    } catch (error) {
      const code = codeOf(error);
      if (code === '') throw error;
      if (code === 'ESERVFAIL') broken = code;
      else if (code !== 'ENOTFOUND' && code !== 'ENODATA') return { kind: 'silent', code };
    }
  }
  return broken === undefined ? { kind: 'absent' } : { kind: 'silent', code: broken };
}

/** Finds the addresses of a host: as it is, by the hosts file, by name servers; IPv4 first. */
export async function addressesOf(host: string): Promise<Answer<string>> {
  if (isIP(host) !== 0) return { kind: 'found', name: host, records: [host] };
  const known = inHostsFile(host);
  if (known.length > 0) return { kind: 'found', name: host, records: known };
  const conf = resolvConf();
  const resolver = openResolver(conf);
  return askInTurn(fullNames(host, conf), async (name) => {
    const asked = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    const [first] = asked;
    if (found.length === 0 && first.status === 'rejected') throw first.reason;
    return found;
  });
}

function inHostsFile(host: string): readonly string[] {
  return contentOf('/etc/hosts')
    .split('\n')
    .map((line) => line.replace(/#.*$/u, '').trim().split(/\s+/u))
    .flatMap(([address, ...names]) =>
      address !== undefined && names.includes(host) ? [address] : [],
    );
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
