import type { World } from '../world.ts';

/** A command as data: the parser, the help, completion and the documentation's test all read it. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it answers, and what its exit codes mean. */
  readonly description: string;
  /** What stands after the command's name besides flags. */
  readonly operands: readonly Operand[];
  readonly flags: readonly Flag[];
  readonly examples: readonly Example[];
  /** Left out of the list of commands. */
  readonly hidden: boolean;
  /**
   * Runs it, and tells the exit code.
   *
   * @throws {Failure} when there is no answer.
   */
  run(world: World, typed: Typed): Promise<number>;
}

/** What the list of commands needs to know; the rest of a command is loaded when it is typed. */
export interface CommandEntry extends Pick<Command, 'name' | 'summary' | 'hidden'> {
  load(): Promise<Command>;
}

export interface Operand {
  readonly name: string;
  readonly about: string;
  readonly presence: 'required' | 'optional' | 'any number';
  /** Empty where anything may be typed. */
  readonly values: readonly string[];
}

export interface Flag {
  /** With its two dashes. */
  readonly long: string;
  /** With its dash; empty where there is none. */
  readonly short: string;
  /** How help names the value; empty for a switch. */
  readonly value: string;
  readonly about: string;
  /** What may be typed, where that is a closed list. */
  readonly values: readonly string[];
  /** May be given more than once. */
  readonly repeatable: boolean;
  /** What completion offers. */
  readonly completes: 'end' | 'file' | 'namespace' | 'values' | 'nothing';
}

interface Example {
  readonly about: string;
  readonly line: string;
}

/** What somebody typed after a command's name. Flags go by their long name, without dashes. */
export interface Typed {
  readonly operands: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/** The value of a flag that is given at most once. */
export function valueOf(typed: Typed, flag: string): string | undefined {
  return typed.flags.get(flag)?.at(-1);
}

/** All values of a flag that may be repeated. */
export function valuesOf(typed: Typed, flag: string): readonly string[] {
  return typed.flags.get(flag) ?? [];
}

/** Whether a switch was given. */
export function isSet(typed: Typed, flag: string): boolean {
  return typed.flags.has(flag);
}
