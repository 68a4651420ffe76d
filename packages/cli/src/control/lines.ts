import type { Answer, Request } from './protocol.ts';

// Both sides are of one version, and nobody else can open the socket: the kind tells the rest.
const REQUESTS: Readonly<Record<Request['kind'], true>> = {
  status: true,
  enter: true,
  probe: true,
  verify: true,
};
const ANSWERS: Readonly<Record<Answer['kind'], true>> = {
  status: true,
  entrance: true,
  planned: true,
  tried: true,
  verified: true,
  done: true,
  refused: true,
};

/** Reads a line of the asking side. @throws when it is none. */
export function requestIn(line: string): Request {
  const value: unknown = JSON.parse(line);
  if (isRequest(value)) return value;
  throw new Error(`no request: ${line.slice(0, 80)}`);
}

/** Reads a line of the answering side. @throws when it is none. */
export function answerIn(line: string): Answer {
  const value: unknown = JSON.parse(line);
  if (isAnswer(value)) return value;
  throw new Error(`no answer: ${line.slice(0, 80)}`);
}

function isRequest(value: unknown): value is Request {
  return Object.hasOwn(REQUESTS, kindOf(value));
}

function isAnswer(value: unknown): value is Answer {
  return Object.hasOwn(ANSWERS, kindOf(value));
}

function kindOf(value: unknown): string {
  const isNamed = typeof value === 'object' && value !== null && 'kind' in value;
  return isNamed && typeof value.kind === 'string' ? value.kind : '';
}
