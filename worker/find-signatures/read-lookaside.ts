// Reading lookasides: files beside a registry, by the guarded HTTP client, in the words of registries.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import type { Destination, HttpClient } from "../http/http.ts";
import { asRegistryError, refusalOf } from "../registry/refusals.ts";

/** undefined: there is no such file. Throws RegistryError where it could not be found out. */
export type LookasideReader = (url: URL, limitBytes: number, signal: AbortSignal) => Promise<Buffer | undefined>;

export function lookasidesOver(http: HttpClient, now: () => number): LookasideReader {
  return async (url, limitBytes, signal) => {
    try {
      const answer = await http.request({ method: "GET", url, limitBytes }, signal);
      if (answer.status === 200) return answer.body;
      // Unlike a registry, a folder of files says nothing more than this.
      if (answer.status === 404 || answer.status === 410) return undefined;
      throw refusalOf(answer, now());
    } catch (error) {
      throw asRegistryError(error);
    }
  };
}

/** What the HTTP client is told of the lookasides that trust documents name. Plain HTTP is for loopback alone. */
export function lookasideDestinations(set: PolicySet): readonly Destination[] {
  const urls = set.trust.flatMap(({ signers }) =>
    signers.flatMap((signer) => ("lookaside" in signer && signer.lookaside !== undefined ? [signer.lookaside] : [])),
  );
  return [...new Set(urls.map((url) => new URL(url).origin))].map((origin) => ({
    origin,
    addresses: origin.startsWith("https:") ? "any" : "loopback",
  }));
}
