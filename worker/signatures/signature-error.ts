// What is wrong with signature bytes, by the reason code under which the contract names it.
import type { FindingCode } from "../../policies/trust/finding.ts";

/** Thrown while evidence is taken apart; caught where a finding is made. No caller sees it. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
  readonly code: FindingCode;

  constructor(code: FindingCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What any library throws on a stranger's bytes becomes a code: its own kinds of errors are not to be relied on. */
export function toSignatureError(thrown: unknown, code: FindingCode, message: string): SignatureError {
  if (thrown instanceof SignatureError) return thrown;
  return new SignatureError(code, message, { cause: thrown });
}
