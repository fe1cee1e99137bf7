// Wrong members of what a client sent: which one, what is wrong with it and what to send, for the person who reads it.
import type { z } from "zod";
import { shown } from "../documents/describe-value.ts";
import { commandFor } from "./hazards/host-questions.ts";

export type Path = readonly (string | number)[];

export type WrongMember = { readonly path: Path; readonly reason: string };

/** How schemas are to be asked: the words need what was sent. */
export const withInput = { reportInput: true } as const;

/** The first of a schema's findings, without what to send in its place. The value was parsed `withInput`. */
export function wrongMemberOf({ issues }: z.ZodError): WrongMember {
  const [issue] = issues;
  if (issue === undefined) return { path: [], reason: "it cannot be read" };
  return { path: issue.path.map((step) => (typeof step === "symbol" ? String(step) : step)), reason: wordsFor(issue) };
}

/** `host.status.booted`: how a person writes the place. */
export function dotted(path: Path): string {
  return path.join(".");
}

/** `#/host/status/booted`: RFC 6901 as the fragment of an address, which RFC 9457 shows for errors of a body. */
export function pointerTo(path: Path): string {
  const steps = path.map((step) => encodeURIComponent(String(step).replaceAll("~", "~0").replaceAll("/", "~1")));
  return `#${steps.map((step) => `/${step}`).join("")}`;
}

const names: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What is wrong with one value. A schema's own message names what it wants. */
export function wordsFor(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  switch (issue.code) {
    case "invalid_type":
      return expectedInstead(names[issue.expected] ?? issue.expected, input);
    case "invalid_value":
      return expectedInstead(issue.values.map((value) => JSON.stringify(value)).join(" or "), input);
    case "invalid_union": {
      const wanted = issue.errors.flat().flatMap((each) => (each.code === "invalid_type" ? [each.expected] : []));
      return expectedInstead(
        [...new Set(wanted)].map((each) => names[each] ?? each).join(" or ") || issue.message,
        input,
      );
    }
    case "too_big":
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}, but this is ${sizeOf(input)}`;
    case "too_small":
      if (input === "") return "it is empty";
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}, but this is ${sizeOf(input)}`;
    case "invalid_key":
      return `a name in it is wrong: ${issue.issues[0] === undefined ? "it cannot be read" : wordsFor(issue.issues[0])}`;
    case "unrecognized_keys":
      return `there is no member ${issue.keys.map((key) => shown(key)).join(", ")}`;
    case "invalid_format":
    case "custom":
      return expectedInstead(issue.message, input);
    case "not_multiple_of":
    case "invalid_element":
      return expectedInstead("another value", input);
  }
}

/** `wanted` and what came in its place. */
export function expectedInstead(wanted: string, input: unknown): string {
  return input === undefined ? `it is missing: expected ${wanted}` : `expected ${wanted}, but this is ${seen(input)}`;
}

function seen(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "an object";
  return typeof input === "number" ? `the number ${input}` : shown(input);
}

function sizeOf(input: unknown): string {
  if (typeof input === "string") return `${input.length} characters long`;
  return Array.isArray(input) ? `a list of ${input.length}` : seen(input);
}

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

/** What to send in place of a wrong member of the host document. */
export const hostAdvice = "send the output of `bootc status --format=json` as it is";

const otherFacts: Readonly<Record<string, string>> = {
  imageInfo: "it is what /usr/share/ublue-os/image-info.json holds",
  packages: "it is a list of names of layered packages",
  cachedLayers: 'it is a list of digests of layers, each as "sha256:…"',
};

/** What to send in place of a wrong fact, by the fact's name. */
export function factAdvice([fact]: Path): string {
  if (fact === undefined) return 'send an object, such as {"filesystem": "btrfs", "secureBoot": true}';
  const name = String(fact);
  const command = commandFor(name);
  if (command !== null) return `\`${command}\` tells it; leave the member out where it is not known`;
  return otherFacts[name] ?? "leave out what is not known";
}
