/**
 * How an attempt ended. `silent`: nothing came back in time, as when a packet is dropped. `refused`:
 * something said that nobody listens there. `broken`: it could not be tried, or not be routed.
 */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: string; readonly micros: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken'; readonly code: string };
