// Words: how names, titles, descriptions and questions are cut into what is compared.

/** What a hostile description may cost at most. */
const maxTextLength = 2_000;
const maxWordLength = 64;

/** Calls `take` with each run of letters and digits, lower case and without accents; a word may come twice. */
export function eachWord(text: string, take: (word: string) => void): void {
  const plain = fold(text.length > maxTextLength ? text.slice(0, maxTextLength) : text);
  let start = -1;
  for (let i = 0; i <= plain.length; i++) {
    if (i < plain.length && isWordPart(plain.charCodeAt(i))) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      take(plain.slice(start, Math.min(i, start + maxWordLength)));
      start = -1;
    }
  }
}

export function wordsOf(text: string): string[] {
  const words: string[] = [];
  eachWord(text, (word) => words.push(word));
  return words;
}

/** The last part of a repository's name in one word: who asks for exactly that wants it first. */
export function leafOf(name: string): string {
  return wordsOf(name.slice(name.lastIndexOf("/") + 1)).join("-");
}

function fold(text: string): string {
  const lower = text.toLowerCase();
  for (let i = 0; i < lower.length; i++) {
    if (lower.charCodeAt(i) > 0x7f) return lower.normalize("NFKD").replace(/\p{M}+/gu, "");
  }
  return lower;
}

function isWordPart(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  // Any other letter or digit: a name in another script is found as a whole word.
  return /[\p{L}\p{N}]/u.test(String.fromCharCode(code)) || (code >= 0xd800 && code <= 0xdfff);
}
