/** What a soaked agent holds at the end of a cycle, its garbage collected. */
export interface Sample {
  /** In bytes. */
  readonly memory: Readonly<Record<'rss' | 'heapUsed' | 'external', number>>;
  readonly cpuSeconds: number;
  /** Of elements by set, numbers of peers, tracked flows, descriptors, and so on. */
  readonly counts: Readonly<Record<string, number>>;
}
