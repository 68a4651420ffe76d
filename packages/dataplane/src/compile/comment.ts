/** The kernel keeps comments of at most so many bytes, the ending zero included. */
const LONGEST = 127;

/** Cuts a comment to what the kernel keeps; names of objects are ASCII, so letters are bytes. */
export function commentOf(text: string): string {
  const plain = text.replaceAll(/[^ -~]|["\\]/g, '?');
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST - 3)}...`;
}
