// Checks of registry documents that go beyond one document's form.
import { findDuplicates } from "./duplicates.ts";
import type { Located } from "./located-document.ts";
import { addressProblem, isLoopback } from "./plain-http.ts";
import type { Mistake } from "./policy-set.ts";
import type { RegistryDocument } from "./registry-document.ts";

export function checkRegistries(registries: readonly Located<RegistryDocument>[]): readonly (Mistake | undefined)[] {
  const twice = findDuplicates(
    "the registry",
    registries.map((each) => ({
      name: each.value.host,
      place: each.placeOf(["host"]),
      mistake: (message) => each.mistakeAt(["host"], message),
    })),
    "declare each host once",
  );
  const documents = registries.map(({ value }) => value);
  return [...twice, ...registries.flatMap((each) => checkRegistry(each, documents))];
}

function checkRegistry(
  { value, mistakeAt }: Located<RegistryDocument>,
  all: readonly RegistryDocument[],
): readonly (Mistake | undefined)[] {
  const mistakes: (Mistake | undefined)[] = [];
  if (value.mirrorOf === value.host || value.mirrorOf?.startsWith(`${value.host}/`) === true) {
    mistakes.push(
      mistakeAt(
        ["mirrorOf"],
        "a registry does not mirror itself: name the registry, or the namespace of one, that it copies",
      ),
    );
  }
  if ("layout" in value) return mistakes;
  if (value.plainHttp && !value.allowPlainHttp && !isLoopback(value.host)) {
    mistakes.push(
      mistakeAt(
        ["plainHttp"],
        `${value.host} is not on loopback: everybody on the way could change what it says; use https, or add allowPlainHttp: true`,
      ),
    );
  }
  if (value.credentials?.realm !== undefined) {
    const problem = addressProblem(value.credentials.realm, all);
    if (problem !== undefined) mistakes.push(mistakeAt(["credentials", "realm"], problem));
  }
  return mistakes;
}
