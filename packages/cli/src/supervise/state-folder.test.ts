import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { claim, isClaimed, stateFolder, stateFolderAt } from './state-folder.ts';
import { worldOf } from '../recording-world.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each<[reason: string, env: Record<string, string>, typed: string[], expected: string]>([
  ['what was typed', { RINGFENCE_STATE: '/b', HOME: '/h' }, ['a'], '/folder/a'],
  ['the environment', { RINGFENCE_STATE: '/b', HOME: '/h' }, [], '/b'],
  ['the folder for state', { XDG_STATE_HOME: '/s', HOME: '/h' }, [], '/s/ringfence'],
  ['the home', { HOME: '/h' }, [], '/h/.local/state/ringfence'],
])('is %s', (_reason, env, typed, expected) => {
  const flags = new Map(typed.map((value) => ['state', [value]]));
  const world = worldOf([], { env, cwd: '/folder' });
  expect(stateFolder(world, { operands: [], flags }).path).toBe(expected);
});

test('must be named by somebody', () => {
  expect(() => stateFolder(worldOf([], {}), { operands: [], flags: new Map() })).toThrow(Failure);
});

test('is claimed when it is new, empty or ours', () => {
  const state = stateFolderAt(path.join(folder, 'new'));
  expect(isClaimed(state)).toBe(false);
  claim(state);
  claim(state);
  expect(isClaimed(state)).toBe(true);
});

test('is not claimed when it holds something else', () => {
  mkdirSync(path.join(folder, 'pods'));
  writeFileSync(path.join(folder, 'pods', 'web.yaml'), '');
  const state = stateFolderAt(folder);
  expect(() => claim(state)).toThrow('holds something else');
  expect(isClaimed(state)).toBe(false);
});

test('names its namespaces as no other does', () => {
  const prefixes = ['/a', '/b', '/a/b'].map((each) => stateFolderAt(each).prefix);
  expect(new Set(prefixes).size).toBe(3);
});
