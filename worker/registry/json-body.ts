// JSON bodies: strictly UTF-8, and their members taken out with a check of each.
import { RegistryError } from "./registry-error.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

export type JsonObject = { readonly [name: string]: unknown };

/** The parsed body; `what` says in an error whose it was. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new RegistryError("malformed", `${what} is not UTF-8`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RegistryError("malformed", `${what} is not JSON`, { cause });
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function parseObject(bytes: Uint8Array, what: string): JsonObject {
  const value = parseJson(bytes, what);
  if (isObject(value)) return value;
  throw new RegistryError("malformed", `${what} is not a JSON object`);
}

/** A list that may be missing or null, as Go writes an empty one. */
export function listIn(object: JsonObject, name: string, what: string): readonly unknown[] {
  const value = object[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new RegistryError("malformed", `${what}: \`${name}\` is not a list`);
}

export function stringIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" ? value : undefined;
}

/** A finite number that is not negative; undefined for anything else. */
export function amountIn(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
