// Checking merged files: what a host could not read, or would still let through, is seen before it is written.
import { describe, expect, test } from "vitest";
import { checkMerged } from "../../../../../policies/trust/host-files/check-merged.ts";
import { newPolicy, type Sections } from "../../../../../policies/trust/host-files/policy-json.ts";
import { armoured, openpgpRing } from "../../documents/keys.ts";
import { pem, reference, ring } from "../trust-builders.ts";

const scope = "registry.example/desk";
const identity = { signedIdentity: { type: "matchRepository" } };
const byKey = [{ type: "sigstoreSigned", keyPath: "/k.pub", ...identity }];
const byKeys = [{ type: "sigstoreSigned", keyPaths: ["/k.pub", "/l.pub"], ...identity }];
const byRing = [{ type: "signedBy", keyType: "GPGKeys", keyPath: "/k.asc", ...identity }];
const accept = [{ type: "insecureAcceptAnything" }];
const on = { "/etc/containers/registries.d/desk.yaml": `docker:\n  ${scope}:\n    use-sigstore-attachments: true\n` };

function check(own: Sections, files: Readonly<Record<string, string>>, others: Sections = {}, registriesD = on) {
  return checkMerged({ policyJson: newPolicy({ ...others, ...own }), registriesD, files }, reference, own);
}

test("files that work refuse the image while nobody signed it, from the first version that reads them", () => {
  const works = { outcome: "works", refusesUnsigned: true };
  expect(check({ [scope]: byKey }, { "/k.pub": pem("alice") })).toEqual({ ...works, readFrom: "skopeo 1.13" });
  expect(check({ [scope]: byKeys }, { "/k.pub": pem("alice"), "/l.pub": pem("bob") })).toEqual({
    ...works,
    readFrom: "skopeo 1.17",
  });
  expect(check({ [scope]: byRing }, { "/k.asc": armoured(ring("erin")) })).toEqual({
    ...works,
    readFrom: "skopeo 1.13",
  });
});

test("a narrower section that accepts anything is seen to", () => {
  const own = { [scope]: byKey };
  const checked = check(own, { "/k.pub": pem("alice") }, { [`${scope}/os`]: accept });
  expect(checked).toMatchObject({ outcome: "works", refusesUnsigned: false });
});

describe("broken is", () => {
  test.each([
    { title: "a key that is missing", own: byKey, files: {} },
    { title: "a key that is none", own: byKey, files: { "/k.pub": "hello" } },
    { title: "one of two keys that is none", own: byKeys, files: { "/k.pub": pem("alice"), "/l.pub": "hello" } },
    { title: "a ring that is none", own: byRing, files: { "/k.asc": "hello" } },
    { title: "a ring without keys", own: byRing, files: { "/k.asc": armoured(openpgpRing()) } },
    {
      title: "an authority that is none",
      own: [
        {
          type: "sigstoreSigned",
          fulcio: { caPath: "/k.pub", oidcIssuer: "https://i", subjectEmail: "a@b.c" },
          rekorPublicKeyPath: "/k.pub",
          ...identity,
        },
      ],
      files: { "/k.pub": pem("alice") },
    },
    { title: "a requirement that no version knows", own: [{ type: "blessedBy" }], files: {} },
  ])("$title", ({ own, files }) => {
    expect(check({ [scope]: own }, files)).toMatchObject({ outcome: "broken" });
  });

  test("a section in two files of registries.d", () => {
    const twice = { ...on, "/etc/containers/registries.d/z.yaml": `docker:\n  ${scope}: {}\n` };
    expect(check({ [scope]: byKey }, { "/k.pub": pem("alice") }, {}, twice)).toMatchObject({ outcome: "broken" });
  });
});
