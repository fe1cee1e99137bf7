// Versions of TUF's metadata: which of two files of one role is the newer.

/** 0: it has none. */
export function metadataVersion(text: string): number {
  try {
    const { signed } = JSON.parse(text) as { readonly signed?: { readonly version?: unknown } };
    return typeof signed?.version === "number" ? signed.version : 0;
  } catch {
    return 0;
  }
}
