// Editing JSON as text: the value is right, and nothing else moves, whatever the file looks like.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { setMember } from "../../../../../policies/trust/host-files/edit-json.ts";

const path = ["transports", "docker", "quay.io/desk"];
const rule = [{ type: "reject" }];

describe("setting a member keeps the layout", () => {
  test.each([
    {
      title: "two blanks",
      before: '{\n  "default": [],\n  "transports": {\n    "docker": {\n      "": []\n    }\n  }\n}\n',
      after:
        '{\n  "default": [],\n  "transports": {\n    "docker": {\n      "": [],\n      "quay.io/desk": [\n        {\n          "type": "reject"\n        }\n      ]\n    }\n  }\n}\n',
    },
    {
      title: "tabs and CRLF, where the sections are missing",
      before: '{\r\n\t"default": []\r\n}',
      after:
        '{\r\n\t"default": [],\r\n\t"transports": {\r\n\t\t"docker": {\r\n\t\t\t"quay.io/desk": [\r\n\t\t\t\t{\r\n\t\t\t\t\t"type": "reject"\r\n\t\t\t\t}\r\n\t\t\t]\r\n\t\t}\r\n\t}\r\n}',
    },
    {
      title: "one line",
      before: '{"default":[],"transports":{"docker":{"":[]}}}',
      after: '{"default":[],"transports":{"docker":{"":[],"quay.io/desk":[{"type":"reject"}]}}}',
    },
    {
      title: "one line among others",
      before: '{\n  "transports": { "docker": { "": [] } }\n}',
      after: '{\n  "transports": { "docker": { "": [], "quay.io/desk": [{"type":"reject"}] } }\n}',
    },
    {
      title: "an empty object",
      before: '{\n "transports": {\n  "docker": {}\n }\n}',
      after:
        '{\n "transports": {\n  "docker": {\n   "quay.io/desk": [\n    {\n     "type": "reject"\n    }\n   ]\n  }\n }\n}',
    },
    {
      title: "the section in its place",
      before: '{ "transports": { "docker": {\n  "quay.io/desk" : [1, 2],\n  "z": "}\\"{" } } }',
      after:
        '{ "transports": { "docker": {\n  "quay.io/desk" : [\n    {\n      "type": "reject"\n    }\n  ],\n  "z": "}\\"{" } } }',
    },
    {
      title: "the same value, written otherwise",
      before: '{"transports":{"docker":{"quay.io/desk":[ {"type" :"rej\\u0065ct"} ]}}}',
      after: '{"transports":{"docker":{"quay.io/desk":[ {"type" :"rej\\u0065ct"} ]}}}',
    },
    {
      title: "what is no object",
      before: '{"transports":null}',
      after: '{"transports":{"docker":{"quay.io/desk":[{"type":"reject"}]}}}',
    },
  ])("$title", ({ before, after }) => {
    expect(setMember(before, path, rule)).toBe(after);
  });
});

const anyHost = fc.dictionary(
  fc.oneof(fc.constantFrom("default", "transports", "docker", "", "__proto__", 'a"b', "a\\"), fc.string()),
  fc.jsonValue(),
  { maxKeys: 5 },
);
const anyLayout = fc.constantFrom(undefined, 1, 2, 4, "\t");
const anyScope = fc.oneof(fc.constantFrom("quay.io/desk", "__proto__", "constructor", ""), fc.string());

test("whatever is there, the member has the value and everything else its own", () => {
  fc.assert(
    fc.property(
      anyHost,
      fc.dictionary(fc.string(), fc.jsonValue()),
      anyLayout,
      anyScope,
      (host, docker, indent, scope) => {
        const value: unknown = JSON.parse(JSON.stringify({ ...host, transports: { ...host, docker } }));
        const text = JSON.stringify(value, null, indent);
        const edited = setMember(text, ["transports", "docker", scope], rule);
        const expected: unknown = JSON.parse(text);
        const sections = (expected as { transports: { docker: object } }).transports.docker;
        Object.defineProperty(sections, scope, { value: rule, enumerable: true, writable: true, configurable: true });
        expect(JSON.parse(edited)).toEqual(JSON.parse(JSON.stringify(expected)));
        expect(setMember(edited, ["transports", "docker", scope], rule)).toBe(edited);
      },
    ),
  );
});

test("a new member is the only change to the text", () => {
  fc.assert(
    fc.property(anyHost, anyLayout, (host, indent) => {
      const text = JSON.stringify({ ...host, transports: { docker: { a: 1 } } }, null, indent);
      const edited = setMember(text, path, rule);
      const common = [...text].findIndex((character, index) => edited[index] !== character);
      const tail = text.slice(common);
      expect(edited.startsWith(text.slice(0, common))).toBe(true);
      expect(edited.endsWith(tail)).toBe(true);
    }),
  );
});
