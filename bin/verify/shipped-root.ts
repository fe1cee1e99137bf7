// The root that ships with the program, for whoever brings none.
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import { digestOf } from "../../policies/words/digest.ts";
import { shippedPublicGoodRoot } from "../../worker/signatures/public-good-root.ts";

export function shippedRoot(): PublicGoodRoot {
  const bytes = shippedPublicGoodRoot();
  return { digest: digestOf(bytes), content: Buffer.from(bytes).toString("utf8") };
}
