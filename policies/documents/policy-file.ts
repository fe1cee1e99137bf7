// Policy files: bytes that a trust document names, as a policy set holds them.
import { digestOf } from "../words/digest.ts";
import { decodeText } from "./folder-files.ts";
import type { PolicyFile } from "./policy-set.ts";

/** As text where that loses no byte. */
export function policyFileOf(bytes: Buffer): PolicyFile {
  const decoded = decodeText(bytes);
  return decoded.outcome === "text" && Buffer.from(decoded.text, "utf8").equals(bytes)
    ? { sha256: digestOf(bytes), encoding: "utf8", content: decoded.text }
    : { sha256: digestOf(bytes), encoding: "base64", content: bytes.toString("base64") };
}
