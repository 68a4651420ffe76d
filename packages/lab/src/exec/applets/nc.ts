import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, createServer, isIP, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { addressOf, AppletError, milliseconds, portNumber, runApplet, say } from './applet.ts';
import { reasonOf } from './reason.ts';

/** How long a port is given to refuse a datagram that only asks whether it is there. */
const REFUSAL_MS = 1_000;

interface Options {
  readonly scan: boolean;
  readonly verbose: boolean;
  readonly timeoutMs: number | undefined;
  /** The port of this side. */
  readonly ownPort: number | undefined;
}

interface Target {
  readonly address: string;
  readonly port: number;
  /** As it is told to people. */
  readonly name: string;
}

await runApplet('nc', {
  usage: 'nc [-zvu] [-w SECONDS] [-p PORT] HOST PORT, or nc -l [-vu] [-w SECONDS] [-p] PORT',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        scan: { type: 'boolean', short: 'z', default: false },
        verbose: { type: 'boolean', short: 'v', default: false },
        wait: { type: 'string', short: 'w' },
        udp: { type: 'boolean', short: 'u', default: false },
        listen: { type: 'boolean', short: 'l', default: false },
        port: { type: 'string', short: 'p' },
      },
      allowPositionals: true,
    });
    const { scan, verbose, udp, listen } = values;
    const own = values.port ?? (listen ? positionals.at(-1) : undefined);
    const ownPort = own === undefined ? undefined : portNumber(own, 0);
    const options: Options = { scan, verbose, timeoutMs: milliseconds(values.wait), ownPort };
    if (listen) {
      if (ownPort === undefined) throw new AppletError('which port?');
      return udp ? hearDatagrams(ownPort, options) : accept(ownPort, options);
    }
    const [host, port, ...rest] = positionals;
    if (host === undefined || port === undefined || rest.length > 0) {
      throw new AppletError('one host and one port');
    }
    const address = await addressOf(host);
    const name = `${host} (${isIP(address) === 6 ? `[${address}]` : address}:${port})`;
    const target = { address, port: portNumber(port, 1), name };
    return udp ? sendDatagrams(target, options) : call(target, options);
  },
});

function call({ address, port, name }: Target, options: Options): Promise<number> {
  const from = options.ownPort === undefined ? {} : { localPort: options.ownPort };
  const socket = connect({ host: address, port, ...from });
  return new Promise((resolve, reject) => {
    if (options.timeoutMs !== undefined) socket.setTimeout(options.timeoutMs);
    const tooLate = (): void => reject(new AppletError(`${name}: timed out`));
    socket.once('timeout', tooLate);
    socket.once('error', (error) => reject(new AppletError(`${name}: ${reasonOf(error)}`)));
    socket.once('connect', () => {
      if (options.verbose) say(`${name} open`);
      if (options.scan) return resolve(0);
      socket.off('timeout', tooLate);
      return talk(socket, { called: false, resolve });
    });
  });
}

/**
 * Passes on what either side says, until the other side has finished or falls silent. A caller says
 * when it has nothing more to say; who was called leaves that to the caller.
 */
function talk(
  socket: Socket,
  { called, resolve }: { readonly called: boolean; resolve(code: number): void },
): void {
  socket.once('timeout', () => resolve(0)).once('close', () => resolve(0));
  socket.pipe(process.stdout, { end: false });
  process.stdin.pipe(socket, { end: !called });
}

function accept(port: number, { verbose, timeoutMs }: Options): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      server.close();
      if (verbose) say(`connected from ${socket.remoteAddress} ${socket.remotePort}`);
      if (timeoutMs !== undefined) socket.setTimeout(timeoutMs);
      socket.once('error', (error) => reject(new AppletError(reasonOf(error))));
      talk(socket, { called: true, resolve });
    });
    server.maxConnections = 1;
    server.once('error', (error) => reject(new AppletError(reasonOf(error))));
    server.listen(port, () => {
      if (verbose) say(`listening on port ${portOf(server.address())}`);
    });
  });
}

function sendDatagrams({ address, port, name }: Target, options: Options): Promise<number> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  const waitMs = options.timeoutMs ?? (options.scan ? REFUSAL_MS : undefined);
  return new Promise((resolve, reject) => {
    const ended = (what: string): void => {
      if (options.scan && options.verbose) say(`${name} ${what}`);
      resolve(0);
    };
    const idle = waitMs === undefined ? undefined : setTimeout(() => ended('no answer'), waitMs);
    socket.on('error', (error) => reject(new AppletError(`${name}: ${reasonOf(error)}`)));
    socket.on('message', (message) => {
      if (options.scan) return ended('open');
      idle?.refresh();
      return process.stdout.write(message);
    });
    socket.bind(options.ownPort ?? 0, () => socket.connect(port, address));
    socket.once('connect', () => {
      if (options.scan) return socket.send('');
      return process.stdin.on('data', (data: Uint8Array) => socket.send(data));
    });
  });
}

function hearDatagrams(port: number, { verbose, timeoutMs }: Options): Promise<number> {
  const socket: DatagramSocket = createSocket('udp6');
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => reject(new AppletError(reasonOf(error))));
    socket.once('message', (_, { address, port: theirs }) => {
      if (verbose) say(`connected from ${address} ${theirs}`);
      // Whoever was first is answered.
      process.stdin.on('data', (data: Uint8Array) => socket.send(data, theirs, address));
      const idle = timeoutMs === undefined ? undefined : setTimeout(() => resolve(0), timeoutMs);
      socket.on('message', () => idle?.refresh());
    });
    socket.on('message', (message) => process.stdout.write(message));
    socket.bind(port, () => {
      if (verbose) say(`listening on port ${socket.address().port}`);
    });
  });
}

function portOf(address: string | { readonly port: number } | null): number | string {
  return typeof address === 'object' && address !== null ? address.port : String(address);
}
