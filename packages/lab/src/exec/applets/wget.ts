import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { AppletError, milliseconds, runApplet, say } from './applet.ts';
import { askHttp, type HttpQuestion } from './ask-http.ts';
import { reasonOf } from './reason.ts';

const MOST_REDIRECTS = 10;

interface Options extends HttpQuestion {
  readonly spider: boolean;
  readonly showHeaders: boolean;
  /** `-` is the standard output; absent, the last part of the address is its name. */
  readonly output: string | undefined;
  /** How long nothing may happen. */
  readonly timeoutMs: number | undefined;
}

await runApplet('wget', {
  usage:
    'wget [-qS] [--spider] [-O FILE|-] [-T SECONDS] [--header TEXT] [--no-check-certificate] URL...',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        quiet: { type: 'boolean', short: 'q', default: false },
        'server-response': { type: 'boolean', short: 'S', default: false },
        spider: { type: 'boolean', default: false },
        'no-check-certificate': { type: 'boolean', default: false },
        'output-document': { type: 'string', short: 'O' },
        timeout: { type: 'string', short: 'T' },
        header: { type: 'string', multiple: true, default: [] },
      },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new AppletError('which address?');
    const options: Options = {
      quiet: values.quiet,
      spider: values.spider,
      showHeaders: values['server-response'],
      checkCertificate: !values['no-check-certificate'],
      headers: Object.fromEntries(values.header.map(headerOf)),
      output: values['output-document'],
      timeoutMs: milliseconds(values.timeout),
    };
    for (const address of positionals) await fetchInto(urlOf(address), options);
    return 0;
  },
});

function headerOf(line: string): readonly [string, string] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/u.exec(line) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new AppletError(`a header is \`Name: value\`, got \`${line}\``);
}

function urlOf(text: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//iu.test(text) ? text : `http://${text}`);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new AppletError(`an address is http:// or https://, got \`${text}\``);
}

async function fetchInto(first: URL, options: Options): Promise<void> {
  const idle = startTimer(options.timeoutMs);
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const answer = await askHttp(url, options);
    idle.refresh();
    if (options.showHeaders) showHeaders(answer);
    const { statusCode = 0, statusMessage = '', headers } = answer;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      answer.destroy();
      url = urlOf(new URL(headers.location, url).href);
      continue;
    }
    if (statusCode < 200 || statusCode > 299) {
      throw new AppletError(`the server answered ${statusCode} ${statusMessage}`.trimEnd());
    }
    answer.on('data', () => idle.refresh());
    await keep(answer, first, options);
    idle.stop();
    return;
  }
  throw new AppletError('too many redirections');
}

function startTimer(timeoutMs: number | undefined): { refresh(): void; stop(): void } {
  const expire = (): void => {
    say('wget: download timed out');
    process.exit(1);
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  return { refresh: () => timer?.refresh(), stop: () => clearTimeout(timer) };
}

function showHeaders({
  httpVersion,
  statusCode,
  statusMessage,
  rawHeaders,
}: IncomingMessage): void {
  say(`  HTTP/${httpVersion} ${statusCode} ${statusMessage}`);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    say(`  ${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
}

async function keep(answer: IncomingMessage, url: URL, options: Options): Promise<void> {
  if (options.spider) {
    answer.destroy();
    if (!options.quiet) say('remote file exists');
    return;
  }
  const last = path.posix.basename(url.pathname);
  const file = options.output ?? (last === '' ? 'index.html' : last);
  try {
    if (file === '-') return await pipeline(answer, process.stdout, { end: false });
    await pipeline(answer, createWriteStream(file));
  } catch (error) {
    throw new AppletError(
      `can't save ${file === '-' ? 'to standard output' : file}: ${reasonOf(error)}`,
    );
  }
  if (!options.quiet) say(`saved in ${file}`);
}
