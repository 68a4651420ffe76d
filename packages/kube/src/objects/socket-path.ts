/** What fits into `struct sockaddr_un`, in bytes, with the zero behind it. */
const LONGEST = 107;

/** Names a socket by a path that is short enough, however deep its folder lies. */
export function withSocketPath<T>(socket: string, use: (short: string) => T): T {
  if (Buffer.byteLength(socket) <= LONGEST) return use(socket);
  const { closeSync, constants, openSync } = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const folder = openSync(path.dirname(socket), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return use(`/proc/self/fd/${folder}/${path.basename(socket)}`);
  } finally {
    closeSync(folder);
  }
}
