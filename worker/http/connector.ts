// The connector: opens a connection only to an address that the destination's rule admits.
import dns from "node:dns";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { buildConnector } from "undici";
import { type AddressRule, admitsAddress } from "./addresses.ts";
import { describeRefusal, literalAddress } from "./destinations.ts";
import { HttpError } from "./http-error.ts";

export type Resolve = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export async function resolveByDns(hostname: string): Promise<dns.LookupAddress[]> {
  return dns.promises.lookup(hostname, { all: true });
}

function refusal(host: string, rule: AddressRule): HttpError {
  return new HttpError("address-refused", describeRefusal(host, rule));
}

/**
 * The addresses that are checked are those that are connected to: the check sits in the connection's own lookup, so
 * a name that answers differently the second time (DNS rebinding) gains nothing. One address that is not admitted
 * refuses the name, because which of them is taken is left to the network.
 */
function guardedLookup(rule: AddressRule, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined) {
          callback(Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" }), "", 0);
        } else if (!addresses.every(({ address }) => isIP(address) !== 0 && admitsAddress(rule, address))) {
          callback(refusal(hostname, rule), "", 0);
        } else if (options.all) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (cause: NodeJS.ErrnoException) => callback(cause, "", 0),
    );
  };
}

/** `ruleFor` says by the origin what may be connected to; it is asked at every new connection. */
export function createConnector(
  ruleFor: (origin: string) => AddressRule,
  resolve: Resolve,
  connectTimeoutMs: number,
): buildConnector.connector {
  const byRule = (rule: AddressRule) =>
    // HTTP/1.1 alone: its parser is the one that keeps the limit on header bytes.
    buildConnector({ timeout: connectTimeoutMs, allowH2: false, lookup: guardedLookup(rule, resolve) });
  const connectors = { public: byRule("public"), any: byRule("any"), loopback: byRule("loopback") };
  return (options, callback) => {
    const host = options.port === "" ? options.hostname : `${options.hostname}:${options.port}`;
    const rule = ruleFor(new URL(`${options.protocol}//${bracketed(options.hostname)}:${options.port}`).origin);
    const literal = literalAddress(options.hostname);
    if (literal !== undefined && !admitsAddress(rule, literal)) {
      callback(refusal(host, rule), null);
      return;
    }
    connectors[rule](options, (...[error, socket]: buildConnector.CallbackArgs) => {
      if (error !== null) callback(error, null);
      else if (isAdmitted(socket, rule)) callback(null, socket);
      else {
        socket.destroy();
        callback(refusal(host, rule), null);
      }
    });
  };
}

function bracketed(hostname: string): string {
  return isIP(hostname) === 6 ? `[${hostname}]` : hostname;
}

/** Asked again of the socket itself, so that no way of connecting can go round the lookup. */
function isAdmitted(socket: Socket, rule: AddressRule): boolean {
  return socket.remoteAddress !== undefined && admitsAddress(rule, socket.remoteAddress);
}
