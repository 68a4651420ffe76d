import { Buffer } from 'node:buffer';
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { type NetworkNamespace, openInetSocket, openListener } from '@ringfence/netlink';

const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [12, 'PTR'],
  [28, 'AAAA'],
  [33, 'SRV'],
]);

const NXDOMAIN = 3;

/** The data of records by `TYPE name`. */
export type Zone = ReadonlyMap<string, readonly Uint8Array[]>;

/** Answers questions about a zone on UDP port 53 of an address. */
export function serveNames(
  namespace: NetworkNamespace,
  address: string,
  zone: Zone,
): Promise<() => void> {
  return serveDatagrams(namespace, { address, port: 53 }, (question) => answerTo(question, zone));
}

/** Answers each datagram, or not. */
export async function serveDatagrams(
  namespace: NetworkNamespace,
  from: { readonly address: string; readonly port: number },
  answer: (question: Buffer) => Uint8Array | string | undefined,
): Promise<() => void> {
  const fd = openInetSocket(namespace, { kind: 'datagram', family: 'IPv4', from });
  const socket = createSocket('udp4');
  socket.on('message', (question, client) => {
    const said = answer(question);
    if (said !== undefined) socket.send(said, client.port, client.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind({ fd, exclusive: true }, resolve);
  });
  return () => void socket.close();
}

/** Does something with each connection to a port. */
export function serveConnections(
  namespace: NetworkNamespace,
  port: number,
  onClient: (client: Socket) => void,
): () => void {
  const fd = openListener(namespace, { family: 'IPv4', address: '0.0.0.0', port });
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    onClient(client);
  });
  server.listen({ fd });
  return () => void server.close();
}

/** Answers with the host that was asked for, or what the header `X-Asked` says. */
export function servePages(namespace: NetworkNamespace, port: number): () => void {
  const fd = openListener(namespace, { family: 'IPv4', address: '0.0.0.0', port });
  const server = createHttpServer((request, answer) => {
    if (request.url === '/slow') return void answer.write('begun');
    if (request.url === '/moved') answer.writeHead(302, { Location: '/' });
    if (request.url === '/nothing') answer.writeHead(404);
    return answer.end(`${String(request.headers['x-asked'] ?? request.headers.host)}\n`);
  });
  server.listen({ fd });
  return () => server.close().closeAllConnections();
}

function answerTo(question: Buffer, zone: Zone): Uint8Array {
  const labels: string[] = [];
  let at = 12;
  for (let length = question.readUInt8(at); length > 0; length = question.readUInt8(at)) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const end = at + 5;
  const type = question.readUInt16BE(at + 1);
  const name = labels.join('.');
  const records = zone.get(`${TYPES.get(type)} ${name}`) ?? [];
  const known = [...zone.keys()].some((key) => key.endsWith(` ${name}`));

  const head = Buffer.alloc(12);
  head.set(question.subarray(0, 2));
  // An answer, recursion asked for and offered.
  head.writeUInt16BE(0x8180 | (known ? 0 : NXDOMAIN), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([
    head,
    question.subarray(12, end),
    ...records.flatMap((record) => [recordHead(type, record.length), record]),
  ]);
}

/** The name is the one that was asked for, which begins at byte 12. */
function recordHead(type: number, length: number): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(5, 6);
  head.writeUInt16BE(length, 10);
  return head;
}

/** A name as it is in a record. */
export function nameData(name: string): Uint8Array {
  return Buffer.concat([
    ...name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.alloc(1),
  ]);
}
