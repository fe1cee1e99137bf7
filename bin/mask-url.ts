// Printing addresses: what is secret in a URL never reaches a terminal, a log or an error.

/** The URL with its password, and anything that is called like a secret in its query, replaced by `***`. */
export function maskUrl(text: string): string {
  const scheme = /^(?!file:)[a-z][a-z0-9+.-]+:(\/\/)?/i.exec(text)?.[0];
  if (scheme === undefined) return text;
  const masked = text.replace(/([?&][^=&#]*(?:password|passwd|secret|token|key)[^=&#]*=)[^&#]*/gi, "$1***");
  // By hand and up to the last @: a password with /, ? or @ in it is no valid URL, and as secret as any other.
  const at = masked.lastIndexOf("@");
  const colon = masked.indexOf(":", scheme.length);
  if (colon === -1 || colon > at) return masked;
  return `${masked.slice(0, colon)}:***${masked.slice(at)}`;
}
