// For the reason given in `files.ts`.
const fs = process.getBuiltinModule('node:fs');

/**
 * By the numbers of `statfs(2)`. What other machines change there, or the other side of a mount, the
 * kernel here does not tell.
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe53_4d42, 'SMB'],
  [0xff53_4d42, 'CIFS'],
  [0x6573_5546, 'FUSE or virtiofs'],
  [0x0102_1997, '9P'],
  [0x00c3_6400, 'Ceph'],
  [0x5346_414f, 'AFS'],
  [0x6b41_4653, 'AFS'],
  [0x7375_7245, 'Coda'],
  [0x0bd0_0bd0, 'Lustre'],
  [0x0116_1970, 'GFS2'],
  [0x7461_636f, 'OCFS2'],
  [0x786f_4256, 'a shared folder of VirtualBox'],
]);

/** Names the file system of a folder where it is one whose changes are not all told of. */
export function networkFileSystemOf(folder: string): string | undefined {
  return NAMES.get(fs.statfsSync(folder).type);
}
