// Tokens: what a token service answers, and how long that is used.
import { parseObject, stringIn } from "./json-body.ts";
import { RegistryError } from "./registry-error.ts";

export type Token = { readonly value: string; readonly expiresAtMs: number };

/** Token specification of distribution: 60 seconds where nothing is said. */
const defaultLifeS = 60;
/** A token is not used in its last seconds: the request has a way to go. */
const marginShare = 0.1;
const marginMaxMs = 10_000;

/** `askedAtMs`: when it was asked for, because its life began before it arrived. */
export function readToken(body: Uint8Array, askedAtMs: number, maxLifeMs: number, what: string): Token {
  const answer = parseObject(body, what);
  const value = stringIn(answer, "token") || stringIn(answer, "access_token");
  // It becomes a header, so it must be nothing that could end one.
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value)) {
    throw new RegistryError("malformed", `${what} holds no token`);
  }
  const lifeMs = Math.min(tokenLifeS(answer.expires_in, value, askedAtMs / 1000) * 1000, maxLifeMs);
  return { value, expiresAtMs: askedAtMs + lifeMs - Math.min(lifeMs * marginShare, marginMaxMs) };
}

/** What the issuer says, else what the token says of itself (Quay's says it only there), else the default. */
function tokenLifeS(expiresIn: unknown, value: string, askedAtS: number): number {
  if (typeof expiresIn === "number" && Number.isFinite(expiresIn) && expiresIn > 0) return expiresIn;
  return jwtLifeS(value, askedAtS) ?? defaultLifeS;
}

/** `exp` against the issuer's own `iat` where it gives one, so that our clock does not matter. */
function jwtLifeS(value: string, askedAtS: number): number | undefined {
  const parts = value.split(".");
  if (parts.length !== 3 || parts[1] === undefined) return undefined;
  try {
    const claims = parseObject(Buffer.from(parts[1], "base64url"), "the token");
    const { exp, iat, nbf } = claims;
    if (typeof exp !== "number") return undefined;
    const from = [iat, nbf].find((time) => typeof time === "number") ?? askedAtS;
    return exp > from ? exp - from : undefined;
  } catch {
    return undefined;
  }
}
