import { addressesOf } from './look-up.ts';
import { codeOf } from './reason.ts';

/** Why an applet gives up, in a sentence for whoever called it. */
export class AppletError extends Error {
  override readonly name: string = 'AppletError';
}

/** Runs an applet on this process's arguments, and ends the process with what it returns. */
export async function runApplet(
  name: string,
  { usage, run }: { readonly usage: string; run(args: readonly string[]): Promise<number> },
): Promise<never> {
  try {
    process.exit(await run(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof AppletError) say(`${name}: ${error.message}`);
    else if (isUsageError(error)) say(`${name}: ${error.message.split('. ')[0]}\nusage: ${usage}`);
    else throw error;
    process.exit(1);
  }
}

/** Writes a line for people, who may have asked for none. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A number of seconds out of an option, in milliseconds. */
export function milliseconds(option: string | undefined): number | undefined {
  return option === undefined ? undefined : 1_000 * wholeNumber(option, 'a number of seconds', 1);
}

/** A port out of an argument. */
export function portNumber(text: string, lowest: 0 | 1): number {
  const port = wholeNumber(text, 'a port', lowest);
  if (port > 65_535) throw new AppletError(`a port is at most 65535, got \`${text}\``);
  return port;
}

function wholeNumber(text: string, what: string, lowest: number): number {
  if (/^\d{1,9}$/u.test(text) && Number(text) >= lowest) return Number(text);
  throw new AppletError(`${what} is a whole number from ${lowest} on, got \`${text}\``);
}

/** The address that a host is spoken to by. */
export async function addressOf(host: string): Promise<string> {
  const answer = await addressesOf(host);
  if (answer.kind === 'silent') {
    throw new AppletError(`bad address '${host}': no name server answered (${answer.code})`);
  }
  const first = answer.kind === 'found' ? answer.records[0] : undefined;
  if (first === undefined) throw new AppletError(`bad address '${host}'`);
  return first;
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && codeOf(error).startsWith('ERR_PARSE_ARGS_');
}
