import {
  type Cidr,
  cidrContains,
  cidrOf,
  FAMILIES,
  firstAddress,
  formatCidr,
  lastAddress,
} from '@ringfence/core';

/**
 * Names blocks by family, in few words: as they are, or as one block around them without its holes,
 * `192.168.0.0/24 but 192.168.0.10/32`.
 */
export function blocksText(blocks: readonly Cidr[]): readonly string[] {
  return FAMILIES.flatMap((family) => {
    const own = blocks.filter((block) => block.family === family);
    const around = enclosing(own);
    if (around === undefined) return [];
    const holes = without(around, own);
    if (holes.length + 1 >= own.length) return own.map(formatCidr);
    const [first = '', ...rest] = holes.map(formatCidr);
    return [`${formatCidr(around)} but ${first}`, ...rest];
  });
}

/** The smallest block around blocks of one family. */
function enclosing(blocks: readonly Cidr[]): Cidr | undefined {
  const [first] = blocks;
  if (first === undefined) return undefined;
  let around = first;
  while (!blocks.every((block) => cidrContains(around, block))) {
    around = cidrOf(firstAddress(around), around.length - 1);
  }
  return around;
}

/** What is left of a block: the fewest blocks, ascending. */
function without(around: Cidr, blocks: readonly Cidr[]): readonly Cidr[] {
  const inside = blocks.filter((block) => cidrContains(around, block));
  if (inside.length === 0) {
    return blocks.some((block) => cidrContains(block, around)) ? [] : [around];
  }
  if (inside.some((block) => block.length === around.length)) return [];
  const length = around.length + 1;
  return [firstAddress(around), lastAddress(around)].flatMap((address) =>
    without(cidrOf(address, length), inside),
  );
}
