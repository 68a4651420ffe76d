/** The entries of a folder that `manifestsIn` does not look at; the survey's test holds both together. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
