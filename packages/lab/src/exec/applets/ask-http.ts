import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { isIP } from 'node:net';
import { addressOf, AppletError, say } from './applet.ts';
import { codeOf, reasonOf } from './reason.ts';

/** How a server is asked. */
export interface HttpQuestion {
  /** Does not say whom it connects to. */
  readonly quiet: boolean;
  readonly checkCertificate: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends the question; gives the answer when its head is there. */
export async function askHttp(
  url: URL,
  { quiet, checkCertificate, headers }: HttpQuestion,
): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const address = await addressOf(host);
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const shown = isIP(address) === 6 ? `[${address}]` : address;
  if (!quiet) say(`Connecting to ${host} (${shown}:${port})`);
  const options = {
    host: address,
    port,
    path: `${url.pathname}${url.search}`,
    headers: { Host: url.host, 'User-Agent': 'Wget', Connection: 'close', ...headers },
    ...(url.username === ''
      ? {}
      : { auth: [url.username, url.password].map(decodeURIComponent).join(':') }),
  };
  return new Promise((resolve, reject) => {
    const sent = secure
      ? requestSecurely({
          ...options,
          rejectUnauthorized: checkCertificate,
          ...(isIP(host) === 0 ? { servername: host } : {}),
        })
      : requestPlainly(options);
    sent.on('response', resolve).on('error', (error) => reject(complaint(error, address)));
    sent.end();
  });
}

function complaint(error: Error, address: string): AppletError {
  const syscall = 'syscall' in error ? error.syscall : undefined;
  if (syscall === 'connect') {
    return new AppletError(`can't connect to remote host (${address}): ${reasonOf(error)}`);
  }
  return codeOf(error).startsWith('HPE_')
    ? new AppletError(`${address} answers, but not in HTTP`)
    : new AppletError(`no answer from ${address}: ${reasonOf(error)}`);
}
