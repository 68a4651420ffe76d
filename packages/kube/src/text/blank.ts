/** A space, a tab, a line's end, or the text's end (`charCodeAt` beyond it is NaN). */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13 || Number.isNaN(code);
}
