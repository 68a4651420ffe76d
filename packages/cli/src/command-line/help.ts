import type { Command, CommandEntry, Flag, Operand } from './command.ts';

/** The help of the whole program: what it is, and its commands. */
export function programHelp(about: string, commands: readonly CommandEntry[]): string {
  const listed = commands.filter(({ hidden }) => !hidden);
  const rows = listed.map(({ name, summary }) => [name, summary] as const);
  return `${about}

Usage: ringfence COMMAND [flags]

Commands:
${columns(rows)}

  -h, --help     explain the program, or the command that it stands behind
  -V, --version  print the version

ringfence COMMAND --help explains a command, with examples.
`;
}

/** The help of one command. */
export function commandHelp({ name, description, operands, flags, examples }: Command): string {
  const usage = ['ringfence', name, ...operands.map(operandShape), '[flags]'].join(' ');
  const operandRows = operands.map((operand) => [operand.name, operandAbout(operand)] as const);
  const flagRows = flags.map((flag) => [flagShape(flag), flag.about] as const);
  const lines = examples.map((example) => `  # ${example.about}\n  ${example.line}`);
  const blocks = [
    description,
    `Usage: ${usage}`,
    ...(operands.length === 0 ? [] : [columns(operandRows)]),
    `Flags:\n${columns([...flagRows, ['-h, --help', 'explain this command']])}`,
    `Examples:\n${lines.join('\n\n')}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function operandShape({ name, presence }: Operand): string {
  if (presence === 'required') return name;
  return presence === 'optional' ? `[${name}]` : `[${name}...]`;
}

function operandAbout(operand: Operand): string {
  if (operand.values.length === 0) return operand.about;
  return `${operand.about}: ${operand.values.join(', ')}`;
}

function flagShape({ short, long, value }: Flag): string {
  const names = short === '' ? `    ${long}` : `${short}, ${long}`;
  return value === '' ? names : `${names} ${value}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n');
}
