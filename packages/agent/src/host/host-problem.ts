/** Something about this machine, with what to do about it. */
export interface HostProblem {
  /** `blocks`: what policies mean cannot be enforced; `warns`: perhaps not always. */
  readonly level: 'blocks' | 'warns';
  readonly text: string;
}
