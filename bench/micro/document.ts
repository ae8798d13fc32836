/**
 * Puts `text` into a document, between the comments that name its part: `<!-- NAME -->` and `<!-- end of NAME -->`.
 *
 * @throws Error if the document lacks them
 */
export function replacePart(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) {
    throw new Error(`The document has no place for '${name}'. Put '${begin}' and '${end}' where it belongs.`);
  }
  return `${document.slice(0, from)}${begin}\n${text}\n${document.slice(to)}`;
}
