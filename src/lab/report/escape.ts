const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, in an element or in an attribute with quotes. A number and its % stay in one line. */
export function escapeHtml(text: string): string {
  return text.replace(/(\d) %/g, '$1\u00a0%').replace(/[&<>"']/g, character => ENTITIES[character]!);
}

/**
 * JSON in a script element: without "<" nothing in there can end it, or begin a comment. Numbers say where things stand
 * in a chart, and have six digits.
 */
export function scriptJson(value: unknown): string {
  const short = (_key: string, each: unknown) =>
    typeof each === 'number' ? Number(each.toPrecision(6)) : each;
  return JSON.stringify(value, short).replaceAll('<', '\\u003c');
}

/** Text in Markdown, where it might be read as markup; a line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~&]/g, '\\$&');
}
