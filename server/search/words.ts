// Words: how names, titles, descriptions and questions are cut into what is compared.

/** What a hostile description may cost at most. */
const maxTextLength = 2_000;
const maxWordLength = 64;

/** Another one in each process: descriptions come from strangers, who must not know which words fall on one place. */
const seed = Math.floor(Math.random() * 2 ** 31);

/** Lower case and without accents. */
export function fold(text: string): string {
  const lower = (text.length > maxTextLength ? text.slice(0, maxTextLength) : text).toLowerCase();
  for (let i = 0; i < lower.length; i++) {
    if (lower.charCodeAt(i) > 0x7f) return lower.normalize("NFKD").replace(/\p{M}+/gu, "");
  }
  return lower;
}

/** Calls `take` with the place and the hash of each run of letters and digits in a folded text. */
export function cut(plain: string, take: (start: number, end: number, hash: number) => void): void {
  let start = -1;
  let hash = 0;
  for (let i = 0; i < plain.length; i++) {
    const code = plain.charCodeAt(i);
    if (isWordPart(code)) {
      if (start < 0) {
        start = i;
        hash = seed;
      }
      // The rest of a longer word is as good as not there.
      if (i - start < maxWordLength) {
        hash = Math.imul(hash ^ code, 0x5bd1e995);
        hash ^= hash >>> 13;
      }
    } else if (start >= 0) {
      take(start, Math.min(i, start + maxWordLength), hash);
      start = -1;
    }
  }
  if (start >= 0) take(start, Math.min(plain.length, start + maxWordLength), hash);
}

export function wordsOf(text: string): string[] {
  const plain = fold(text);
  const words: string[] = [];
  cut(plain, (start, end) => words.push(plain.slice(start, end)));
  return words;
}

function isWordPart(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  // Any other letter or digit, and both halves of those beyond the first plane.
  return (code >= 0xd800 && code <= 0xdfff) || /[\p{L}\p{N}]/u.test(String.fromCharCode(code));
}
