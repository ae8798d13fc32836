/** What a reader reads, in the languages of the documents. */
export interface Words {
  readonly en: string;
  readonly ko: string;
}

export type Language = keyof Words;

/** Documents in Korean are named `NAME.ko.md`. */
export function languageOf(document: string): Language {
  return document.endsWith('.ko.md') ? 'ko' : 'en';
}
