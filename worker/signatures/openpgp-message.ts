// OpenPGP signed messages (RFC 9580, 10.3): the one form that a container signature may have, and no other.
import { LiteralDataPacket, OnePassSignaturePacket, readMessage, SignaturePacket, UnparseablePacket } from "openpgp";
import { SignatureError, toSignatureError } from "./signature-error.ts";

export type SignedMessage = {
  readonly signature: SignaturePacket;
  readonly literal: LiteralDataPacket;
  /** The bytes of the literal packet. */
  readonly payload: Uint8Array;
};

/**
 * containers-signature.5: not cleartext, not armored, not literal or encrypted, and signed once; gpg calls some of
 * those good. The message may be compressed, as gpg writes it, but not to more than `limitBytes`.
 */
export async function readSignedMessage(file: Uint8Array, limitBytes: number): Promise<SignedMessage> {
  if (file.byteLength > limitBytes) throw new SignatureError("LIMIT_EXCEEDED", `a file of ${file.byteLength} bytes`);
  const { packets, payload } = await readPackets(file, limitBytes);
  const tags = packets.map(kindOf);
  if (tags.filter((tag) => tag === "signature" || tag === "unknown").length > 1) {
    throw new SignatureError("MALFORMED", "the message has more than one signature");
  }
  if (tags.includes("unknown")) throw new SignatureError("ALG_UNSUPPORTED", "the signature is of an unknown kind");
  const signature = packets.find((packet) => packet instanceof SignaturePacket);
  const literal = packets.find((packet) => packet instanceof LiteralDataPacket);
  const form = tags.join(" ");
  if (
    signature === undefined ||
    literal === undefined ||
    payload === null ||
    !["one-pass literal signature", "signature literal"].includes(form)
  ) {
    throw new SignatureError("MALFORMED", "the file is not a signed OpenPGP message");
  }
  return { signature, literal, payload };
}

type Packets = { readonly packets: readonly unknown[]; readonly payload: Uint8Array | null };

async function readPackets(file: Uint8Array, limitBytes: number): Promise<Packets> {
  try {
    const config = { maxDecompressedMessageSize: limitBytes };
    const message = await readMessage({ binaryMessage: file, config });
    return { packets: await readAll(message.unwrapCompressed().packets), payload: message.getLiteralData() };
  } catch (thrown) {
    throw toSignatureError(thrown, "MALFORMED", "the file is not an OpenPGP message");
  }
}

type PacketStream = { getReader(): { read(): Promise<{ readonly done?: boolean; readonly value?: unknown }> } };

/** The library's list ends with the first packet of data; what follows it, the signature above all, is in a stream. */
async function readAll(
  list: readonly unknown[] & { readonly stream?: PacketStream | null },
): Promise<readonly unknown[]> {
  const packets = [...list];
  const reader = list.stream?.getReader();
  for (let next = await reader?.read(); next !== undefined && next.done !== true; next = await reader?.read()) {
    packets.push(next.value);
  }
  return packets;
}

function kindOf(packet: unknown): string {
  if (packet instanceof SignaturePacket) return "signature";
  if (packet instanceof LiteralDataPacket) return "literal";
  if (packet instanceof OnePassSignaturePacket) return "one-pass";
  return packet instanceof UnparseablePacket ? "unknown" : "other";
}
