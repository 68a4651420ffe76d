import {
  createEditReader,
  type NetlinkSocket,
  NFNLGRP_NFTABLES,
  type NftEdit,
  nftPort,
  NotificationsLost,
  openNetfilterSocket,
  type TableReference,
} from '@ringfence/netlink';

/** Listens for what others do to tables. */
export interface EditWatch {
  /**
   * Has a function called with each edit that is told from now on, with those that came before that,
   * and with `lost` where there may have been any.
   */
  edits(callback: (edit: NftEdit | 'lost') => void): void;
  /** Resolves when it is closed, rejects when it cannot go on. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Listens in the network namespace that this process is in, from before it returns.
 *
 * @param own whose commits are left out.
 */
export function watchEdits(own: NetlinkSocket, tables: readonly TableReference[]): EditWatch {
  const listener = openNetfilterSocket();
  const stopped = new AbortController();
  const reader = createEditReader({ tables, own: nftPort(own) });
  let tell: (edit: NftEdit | 'lost') => void = () => undefined;
  const follow = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        for await (const answers of listener.notifications({ signal: stopped.signal })) {
          for (const edit of reader.read(answers)) tell(edit);
        }
      } catch (error) {
        if (!(error instanceof NotificationsLost)) throw error;
        tell('lost');
      }
    }
  };
  listener.join(NFNLGRP_NFTABLES);
  return {
    edits: (callback) => void (tell = callback),
    ended: follow().finally(() => listener.close()),
    close: () => stopped.abort(),
  };
}
