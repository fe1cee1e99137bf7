// The sigstore instances of the matrix: one that policies name, and one that nobody trusts.
import { makeAuthority } from "../signing/authority.ts";

export const authority = makeAuthority("kit");
export const otherAuthority = makeAuthority("stranger");
