import { unreachable } from '@ringfence/core';
import type { NftEdit, Touch } from '@ringfence/netlink';

/** More than so many things are not told one by one. */
const MOST_TOLD = 4;

/** Says which program made an edit. */
export function editorText({ generation: { name, pid } }: NftEdit): string {
  return pid === 0 ? 'a program' : `\`${name}\` (process ${pid})`;
}

/** Says what an edit did; what a table that is deleted took with it goes without saying. */
export function editText({ touches }: NftEdit): string {
  const isGone = (touch: Touch): boolean =>
    touch.object !== 'table' &&
    touch.how === 'delete' &&
    touches.some(
      ({ table, how, object }) => object === 'table' && how === 'delete' && table === touch.table,
    );
  const told = touches.filter((touch) => !isGone(touch)).map(touchText);
  const more = told.length - MOST_TOLD;
  return [...told.slice(0, MOST_TOLD), ...(more > 0 ? [`${more} other things`] : [])].join(', ');
}

function touchText({ table, how, object, name, count }: Touch): string {
  const verb = how === 'new' ? 'wrote' : 'deleted';
  const reference = `${table.family} ${table.name}`;
  switch (object) {
    case 'table':
      return `${verb} table ${reference}`;
    case 'rule':
      return `${verb} ${count === 1 ? 'a rule' : `${count} rules`} of chain \`${name}\` of ${reference}`;
    case 'element':
      return `${verb} ${count === 1 ? 'an element' : `${count} elements`} of set \`${name}\` of ${reference}`;
    case 'chain':
    case 'set':
    case 'flowtable':
      return `${verb} ${object} \`${name}\` of ${reference}`;
    case 'other':
      return `${verb} something called \`${name}\` in ${reference}`;
    default:
      return unreachable(object);
  }
}
