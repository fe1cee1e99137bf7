// Patterns: the only wildcard of policy documents, `*`, which stands for any characters but `/` (contract.md, 1).

/**
 * Whether the whole text matches. Works by scanning with one point to go back to, so that a hostile pattern costs
 * at most the product of both lengths and never more: a regular expression could take exponential time.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0 && text[resume] !== "/") {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern[p] === "*") p++;
  return p === pattern.length;
}

export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, text));
}

/** Whether `name` (host/path) lies in `scope` (a registry, namespace or repository), by whole path segments. */
export function isInScope(scope: string, name: string): boolean {
  return name === scope || name.startsWith(`${scope}/`);
}
