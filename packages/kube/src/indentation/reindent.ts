import { failed, ok, type Result, unreachable } from '@ringfence/core';
import type { Line } from './line.ts';
import type { Shape } from './shape.ts';

/** A line that could not be given one place. */
export interface Unplaced {
  readonly line: Line;
  /** Where it could belong; none or several. */
  readonly places: readonly string[];
}

/**
 * Indents lines anew, by what the fields of a kind may hold.
 *
 * Of the mappings and lists that are still open above a line exactly one must take it; what was
 * opened inside of that one is closed then. The old indentation is not looked at.
 */
export function reindent(lines: readonly Line[], root: Shape): Result<string, Unplaced> {
  let open: readonly Container[] = [{ shape: root, name: '', indentation: 0, keys: new Set() }];
  const text: string[] = [];
  for (const line of lines) {
    const takers = open.flatMap((container, index) => {
      const opened = openedBy(line, container);
      return opened === undefined ? [] : [{ container, index, opened }];
    });
    const [taker] = takers;
    if (taker === undefined || takers.length > 1) {
      return failed({ line, places: takers.map(({ container }) => container.name) });
    }
    const { container, index, opened } = taker;
    const indentation = ' '.repeat(container.indentation);
    text.push(...line.comments.map((comment) => indentation + comment));
    text.push(`${indentation}${line.item ? '- ' : ''}${line.text}`);
    if (!line.item && line.key !== undefined) container.keys.add(line.key);
    open = [...open.slice(0, index + 1), ...opened];
  }
  return ok(`${text.join('\n')}\n`);
}

interface Container {
  readonly shape: Shape;
  /** Its path, `the top` being empty; list positions are left out. */
  readonly name: string;
  /** Of the lines inside of it. */
  readonly indentation: number;
  /** The fields that it has. */
  readonly keys: Set<string>;
}

/** What the line opens when the container takes it; undefined where the container cannot take it. */
function openedBy(line: Line, container: Container): readonly Container[] | undefined {
  if (!line.item) return openedByField(line, container);
  if (container.shape.kind !== 'list') return undefined;
  const item: Container = {
    shape: container.shape.item,
    name: container.name,
    indentation: container.indentation + 2,
    keys: new Set(),
  };
  if (line.key === undefined) return takes(item.shape, line.value) ? [] : undefined;
  const opened = openedByField(line, item);
  if (opened === undefined) return undefined;
  item.keys.add(line.key);
  return [item, ...opened];
}

function openedByField(
  { key, value }: Line,
  container: Container,
): readonly Container[] | undefined {
  if (key === undefined || container.keys.has(key)) return undefined;
  const shape = fieldOf(container.shape, key);
  if (shape === undefined || !takes(shape, value)) return undefined;
  if (value !== 'nothing') return [];
  const name = container.name === '' ? key : `${container.name}.${key}`;
  return [{ shape, name, indentation: container.indentation + 2, keys: new Set() }];
}

function fieldOf(shape: Shape, key: string): Shape | undefined {
  if (shape.kind === 'fields') return shape.fieldOf(key);
  return shape.kind === 'labels' ? { kind: 'scalar' } : undefined;
}

/** Whether a value of this shape can be written so. */
function takes(shape: Shape, value: Line['value']): boolean {
  switch (value) {
    case 'nothing':
      return shape.kind !== 'scalar';
    case 'scalar':
      return shape.kind === 'scalar';
    case 'list':
      return shape.kind === 'list';
    case 'mapping':
      return shape.kind === 'fields' || shape.kind === 'labels';
    case 'unclear':
      return false;
    default:
      return unreachable(value);
  }
}
