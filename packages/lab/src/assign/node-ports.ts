/** Gives Services ports on every node. */
export interface NodePorts {
  /** A port for which `isFree` holds; `undefined` when there is none. */
  take(isFree: (port: number) => boolean): number | undefined;
}

const FIRST = 30_000;
const LAST = 32_767;

/** The first ones are given last: manifests mostly choose theirs among them, as Kubernetes advises. */
const START = 30_086;

/** Makes a pool of ports: one after the other, so that none is given again soon. */
export function createNodePorts(): NodePorts {
  let next = START;
  return {
    take(isFree) {
      for (let tried = FIRST; tried <= LAST; tried += 1) {
        const port = next;
        next = port === LAST ? FIRST : port + 1;
        if (isFree(port)) return port;
      }
      return undefined;
    },
  };
}
