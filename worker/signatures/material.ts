// Signed material: what all formats have in common once they are taken apart, and what verification starts from.
import type { TransparencyLogEntry } from "@sigstore/bundle";
import type { Digest } from "../../policies/words/digest.ts";
import type { SignedBytes } from "./public-key.ts";

export type SignedContent =
  | { readonly type: "simple-signing"; readonly payload: Uint8Array }
  /** `stored`: the envelope's own bytes, where the registry keeps them as they were logged. */
  | {
      readonly type: "envelope";
      readonly payloadType: string;
      readonly payload: Buffer;
      readonly stored: Uint8Array | null;
    }
  /** `matches`: whether the digest in the bundle, a hint that nobody signed, is that of what is looked at. */
  | { readonly type: "message"; readonly digest: Digest; readonly matches: boolean };

export type SignedMaterial = {
  readonly signature: Buffer;
  readonly signed: SignedBytes;
  readonly content: SignedContent;
  /** DER. Whose it is, and whether anybody trusted issued it, is not known yet. */
  readonly certificate: Buffer | null;
  readonly chainAttached: boolean;
  /** Of a bundle; null: it is none. */
  readonly bundleVersion: string | null;
  readonly entries: readonly TransparencyLogEntry[];
  /** DER of RFC 3161 responses, and what they may be of. */
  readonly timestamps: readonly Buffer[];
  readonly stamped: readonly Uint8Array[];
};
