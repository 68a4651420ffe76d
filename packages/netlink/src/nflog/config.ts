import { Buffer } from 'node:buffer';
import { Writer } from '../codec/writer.ts';

/** `(NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG`. */
export const NFULNL_MSG_CONFIG = 0x0401;

const NFULA_CFG_CMD = 1;
const NFULA_CFG_MODE = 2;
const NFULA_CFG_NLBUFSIZ = 3;
const NFULA_CFG_TIMEOUT = 4;
const NFULA_CFG_QTHRESH = 5;
const NFULA_CFG_FLAGS = 6;
const NFULNL_CFG_CMD_BIND = 1;
const NFULNL_COPY_PACKET = 2;
const NFULNL_CFG_F_SEQ = 1;

/** The kernel sends packets together: so many, */
const BATCH_PACKETS = 64;
/** or as many as fit; its own structure beside them fills the block of memory up to 32 KiB, */
const BATCH_BYTES = 0x8000 - 512;
/** or those of this time, in 1/100 s: a lonely packet is not told much later than it was seen. */
const BATCH_TIME = 10;

/** Binds a group: the body of a message of type `NFULNL_MSG_CONFIG`. */
export function bindGroup(group: number, copyBytes: number): Buffer {
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(copyBytes, 0);
  mode.writeUInt8(NFULNL_COPY_PACKET, 4);
  return new Writer()
    .u8(0)
    .u8(0)
    .u16BE(group)
    .u8Attribute(NFULA_CFG_CMD, NFULNL_CFG_CMD_BIND)
    .attribute(NFULA_CFG_MODE, mode)
    .u32BEAttribute(NFULA_CFG_NLBUFSIZ, BATCH_BYTES)
    .u32BEAttribute(NFULA_CFG_TIMEOUT, BATCH_TIME)
    .u32BEAttribute(NFULA_CFG_QTHRESH, BATCH_PACKETS)
    .u16BEAttribute(NFULA_CFG_FLAGS, NFULNL_CFG_F_SEQ)
    .bytes();
}
