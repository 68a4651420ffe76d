import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ipBytes } from '@ringfence/netlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeStation, type Station } from '../../network/station.ts';
import { createPodEntrance, type PodEntrance } from '../pod-entrance.ts';
import { cannotEnter, type Ended, runIn } from '../testing.ts';
import { nameData, serveConnections, serveDatagrams, serveNames, servePages } from './testing.ts';

const DNS = '127.0.0.53';
/** Takes questions and never answers. */
const MUTE = '127.0.0.54';
const NAME = 'web.shop.svc.cluster.local';
const ZONE = new Map([
  [`A ${NAME}`, [ipBytes('127.0.0.1'), ipBytes('127.0.0.2')]],
  [`AAAA ${NAME}`, [ipBytes('::1')]],
  ['A only4.shop.svc.cluster.local', [ipBytes('127.0.0.3')]],
  [`SRV _http._tcp.${NAME}`, [new Uint8Array([0, 1, 0, 2, 0x1f, 0x90, ...nameData(NAME)])]],
  ['PTR 1.0.0.127.in-addr.arpa', [nameData(NAME)]],
]);
const RESOLV_CONF = `nameserver ${DNS}
search shop.svc.cluster.local svc.cluster.local cluster.local
options ndots:5 timeout:1 attempts:1
`;

const skipped = cannotEnter === undefined ? '' : ` (skipped: ${cannotEnter})`;

describe.skipIf(cannotEnter !== undefined)(`our own programs in a pod${skipped}`, () => {
  const closers: (() => void)[] = [];
  let station: Station;
  let entrance: PodEntrance;

  /** Runs our own program, also where this machine has one of that name. */
  function run(program: string, args: string, input?: string): Promise<Ended> {
    const script = `PATH=\${PATH##*:}:$PATH; ${program} ${args}`;
    return runIn(entrance.entry(), ['sh', '-c', script], input);
  }

  beforeAll(async () => {
    station = makeStation();
    const { namespace } = station;
    const folder = mkdtempSync(path.join(tmpdir(), 'applets-'));
    entrance = createPodEntrance({
      namespace,
      hostname: 'web-1',
      resolvConf: RESOLV_CONF,
      hosts: '127.0.0.9 known\n',
      folder,
    });
    closers.push(
      await serveNames(namespace, DNS, ZONE),
      servePages(namespace, 8080),
      serveConnections(namespace, 8081, () => undefined),
      serveConnections(namespace, 8082, (client) => client.end('web-1\n')),
      await serveDatagrams(namespace, { address: '0.0.0.0', port: 8082 }, () => 'web-1\n'),
      await serveDatagrams(namespace, { address: MUTE, port: 53 }, () => undefined),
      entrance.close,
      () => station.close(),
      () => rmSync(folder, { recursive: true, force: true }),
    );
  });
  afterAll(() => {
    for (const close of closers) close();
  });

  test.each([
    ['it is written out', `-qO- http://${NAME}:8080/`, 0, `${NAME}:8080\n`, ''],
    ['http:// is understood', '-q -O - web:8080', 0, 'web:8080\n', ''],
    [
      'it says whom it connects to',
      '-O- known:8080',
      0,
      'known:8080\n',
      'Connecting to known (127.0.0.9:8080)\n',
    ],
    [
      'it is saved',
      '-O /tmp/page web:8080 && cat /tmp/page',
      0,
      'web:8080\n',
      'Connecting to web (127.0.0.1:8080)\nsaved in /tmp/page\n',
    ],
    [
      'where nothing can be saved',
      '-q web:8080',
      1,
      '',
      "wget: can't save index.html: Read-only file system\n",
    ],
    ['it is only looked for', '-q --spider web:8080', 0, '', ''],
    ['a redirection is followed', '-qO- web:8080/moved', 0, 'web:8080\n', ''],
    ['a header is sent', "-qO- --header 'X-Asked: yes' web:8080", 0, 'yes\n', ''],
    [
      'it is not there',
      '-qO- web:8080/nothing',
      1,
      '',
      'wget: the server answered 404 Not Found\n',
    ],
    ['nobody says anything', '-qO- -T 1 web:8081', 1, '', 'wget: download timed out\n'],
    ['nobody goes on', '-qO- --timeout=1 web:8080/slow', 1, 'begun', 'wget: download timed out\n'],
    [
      'nobody listens',
      '-qO- web:1',
      1,
      '',
      "wget: can't connect to remote host (127.0.0.1): Connection refused\n",
    ],
    [
      'there is no way',
      '-qO- -T 1 192.0.2.1',
      1,
      '',
      "wget: can't connect to remote host (192.0.2.1): Network is unreachable\n",
    ],
    ['there is no such name', '-qO- nobody', 1, '', "wget: bad address 'nobody'\n"],
    [
      'it is another protocol',
      '-qO- web:8082',
      1,
      '',
      'wget: 127.0.0.1 answers, but not in HTTP\n',
    ],
    [
      'a port that is none',
      '-q web:99999',
      1,
      '',
      'wget: an address is http:// or https://, got `web:99999`\n',
    ],
    [
      'a time that is none',
      '-T soon web',
      1,
      '',
      'wget: a number of seconds is a whole number from 1 on, got `soon`\n',
    ],
  ])('wget: %s', async (_, args, code, output, errors) => {
    expect(await run('wget', args)).toEqual({ code, output, errors });
  });

  test('wget: the head of the answer is shown', async () => {
    const { errors } = await run('wget', '-q -S --spider web:8080');
    expect(errors).toContain('  HTTP/1.1 200 OK\n  Date: ');
  });

  test('wget: an unknown option is explained', async () => {
    const { code, errors } = await run('wget', '--mirror web');
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringMatching(/^wget: Unknown option '--mirror'\nusage: wget /u) as string,
    });
  });

  test.each([
    ['a port is open', '-zv web 8082', 0, '', 'web (127.0.0.1:8082) open\n'],
    ['a port is open, without a word', '-z -w 1 web 8082', 0, '', ''],
    ['a port is closed', '-zvw1 web 1', 1, '', 'nc: web (127.0.0.1:1): Connection refused\n'],
    ['what is said is written out', '-w 1 web 8082', 0, 'web-1\n', ''],
    ['who says nothing is not waited for', '-w1 web 8081', 0, '', ''],
    ['a UDP port answers', '-zuv web 8082', 0, '', 'web (127.0.0.1:8082) open\n'],
    ['a UDP port is closed', '-zuv web 1', 1, '', 'nc: web (127.0.0.1:1): Connection refused\n'],
    ['a UDP port may be open', `-zuv ${MUTE} 53`, 0, '', `${MUTE} (${MUTE}:53) no answer\n`],
    ['a datagram is answered', '-u -w 1 web 8082', 0, 'web-1\n', ''],
    ['there is no such name', '-z nobody 1', 1, '', "nc: bad address 'nobody'\n"],
    ['a port that is none', '-z web 0', 1, '', 'nc: a port is a whole number from 1 on, got `0`\n'],
    ['two ports', '-z web 1 2', 1, '', 'nc: one host and one port\n'],
  ])('nc: %s', async (_, args, code, output, errors) => {
    expect(await run('nc', args, '?')).toEqual({ code, output, errors });
  });

  test.each([
    ['TCP', '-l -p 9000', '-w 5 127.0.0.1 9000'],
    ['TCP, its port as an operand', '-l 9000', '-w 5 ::1 9000'],
    ['UDP', '-ul -w 1 -p 9000', '-u -w 1 ::1 9000'],
  ])('nc: two of them talk, %s', async (_, listening, calling) => {
    const script = `
      mkfifo /tmp/heard; echo pong | nc -v ${listening} >/tmp/got 2>/tmp/heard &
      exec 3</tmp/heard; read -r ready <&3; rm /tmp/heard; echo "$ready"
      mkfifo /tmp/said
      nc ${calling} </tmp/said |
        { exec 4>/tmp/said; echo ping >&4; read -r answer; echo "$answer"; exec 4>&-; }
      wait; rm /tmp/said; cat /tmp/got`;
    const { output } = await run('sh', `-c '${script}'`);
    expect(output).toBe('listening on port 9000\npong\nping\n');
  });

  const head = (server: string): string => `Server:\t\t${server}\nAddress:\t${server}:53\n\n`;
  const found = (...addresses: readonly string[]): string =>
    addresses.map((address) => `Name:\t${NAME}\nAddress: ${address}\n`).join('');

  test.each([
    ['addresses of both families', 'web', 0, found('127.0.0.1', '127.0.0.2', '::1'), ''],
    ['a full name', `${NAME}.`, 0, found('127.0.0.1', '127.0.0.2', '::1'), ''],
    ['one type', '-type=aaaa web', 0, found('::1'), ''],
    [
      'a service',
      '-q=SRV _http._tcp.web',
      0,
      `_http._tcp.${NAME}\tservice = 1 2 8080 ${NAME}.\n`,
      '',
    ],
    ['the name of an address', '127.0.0.1', 0, `127.0.0.1\tname = ${NAME}\n`, ''],
    [
      'the name of an address, by its own name',
      '-type=PTR 1.0.0.127.in-addr.arpa.',
      0,
      `1.0.0.127.in-addr.arpa\tname = ${NAME}\n`,
      '',
    ],
    [
      'no such name',
      'nobody',
      1,
      '',
      "nslookup: can't find nobody: there is no such name or record\n",
    ],
    [
      'no such record',
      '-type=AAAA only4',
      1,
      '',
      "nslookup: can't find only4: there is no such name or record\n",
    ],
  ])('nslookup: %s', async (_, args, code, output, errors) => {
    const shown = head(DNS) + (output === '' ? '' : `${output}\n`);
    expect(await run('nslookup', args)).toEqual({ code, output: shown, errors });
  });

  test.each([
    [
      'a server that says nothing',
      `web ${MUTE}`,
      MUTE,
      `connection timed out, ${MUTE} does not answer`,
    ],
    [
      'an address where no server is',
      'web 127.0.0.8',
      '127.0.0.8',
      '127.0.0.8 gives no answer (ECONNREFUSED)',
    ],
  ])('nslookup: %s', async (_, args, server, reason) => {
    const errors = `nslookup: can't find web: ${reason}\n`;
    expect(await run('nslookup', args)).toEqual({ code: 1, output: head(server), errors });
  });

  test('nslookup: a type that it does not know', async () => {
    const { code, errors } = await run('nslookup', '-type=MX web');
    expect([code, errors]).toEqual([1, 'nslookup: a type is A, AAAA, SRV, PTR, got `MX`\n']);
  });
});
