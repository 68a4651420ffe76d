import { reachOf, unreachable } from '@ringfence/core';
import type { Typed } from '../command-line/command.ts';
import { type Paint, paintFor } from '../command-line/paint.ts';
import { warningJson } from '../eval/report-json.ts';
import { EXIT } from '../failure.ts';
import { type Input, loadCluster } from '../input/load-cluster.ts';
import type { Output, World } from '../world.ts';
import { focusOf } from './focus.ts';
import { nameEnds } from './matrix-end.ts';
import { type MatrixFormat, matrixOptions } from './options.ts';
import { type Room, roomIn } from './room.ts';
import { type View, viewOf } from './view.ts';

/** Prints who may reach whom. */
export async function runMatrix(world: World, typed: Typed): Promise<number> {
  const options = matrixOptions(typed);
  const { cluster, loaded, namespace } = await loadCluster(world, typed);
  const reach = reachOf(cluster, { perPod: options.perPod });
  const ends = nameEnds(reach);
  const focus = focusOf({ cluster, namespace, ends }, options);
  const view = viewOf(reach, { ends, focus, port: options.port });
  if (view.destinations.length === 0) await world.stderr.write(NOTHING);
  const style = { paint: paintFor(world, typed), room: roomIn(world), loaded };
  await writeAll(world.stdout, await textOf(view, options.format, style));
  return EXIT.yes;
}

const NOTHING = 'nothing to show: no pod is selected, or there is none\n';

interface Style extends Pick<Input, 'loaded'> {
  readonly paint: Paint;
  readonly room: Room;
}

/** What a format needs is loaded when it is asked for. */
async function textOf(view: View, format: MatrixFormat, style: Style): Promise<Iterable<string>> {
  switch (format) {
    case 'table': {
      const { tableText } = await import('./table-text.ts');
      return tableText(view, style.room, style.paint).map((line) => `${line}\n`);
    }
    case 'wide':
      return (await import('./wide.ts')).wideText(view);
    case 'csv':
      return (await import('./csv.ts')).csvText(view);
    case 'md':
      return (await import('./markdown.ts')).markdownText(view);
    case 'json': {
      const { jsonText, matrixLists } = await import('./json.ts');
      return jsonText(matrixLists(view), style.loaded.warnings.map(warningJson));
    }
    case 'yaml': {
      const { matrixLists } = await import('./json.ts');
      const { yamlText } = await import('./yaml.ts');
      return yamlText(matrixLists(view), style.loaded.warnings.map(warningJson));
    }
    default:
      return unreachable(format);
  }
}

const CHUNK_LENGTH = 65_536;

/** Writes as it goes: a matrix may be longer than the longest string. */
async function writeAll(output: Output, pieces: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    await output.write(chunk);
    chunk = '';
  }
  if (chunk !== '') await output.write(chunk);
}
