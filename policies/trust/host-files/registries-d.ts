// registries.d for a host: a file of the policy's own, or the host's own files with the policy's sections edited.
import { isMap, parseDocument, stringify } from "yaml";
import type { HostFile } from "../../plan/switch-plan.ts";
import { isInScope } from "../../words/pattern.ts";
import { parseDockerReference, sectionsFor } from "../consumers/docker-reference.ts";
import { type RegistrySection as FoundSection, readRegistriesConfig } from "../consumers/registries-config.ts";
import { type HostFileConflict, registriesFolder } from "./host-conflicts.ts";
import type { RegistrySection } from "./host-requirements.ts";

export type RegistrySections = Readonly<Record<string, RegistrySection>>;

export function newRegistries(name: string, sections: RegistrySections): HostFile {
  return { path: pathOf(name), content: stringify({ docker: sections }) };
}

function pathOf(name: string): string {
  return `${registriesFolder}/${name}.yaml`;
}

export type MergedRegistries = {
  /** Only what changes. */
  readonly files: readonly HostFile[];
  /** Everything that the host then has. */
  readonly all: Readonly<Record<string, string>>;
  readonly conflicts: readonly HostFileConflict[];
};

/** A section that is there already is edited where it stands: in two files it would stop every pull. */
export function mergeRegistries(
  host: Readonly<Record<string, string>>,
  name: string,
  sections: RegistrySections,
  image: string,
): MergedRegistries {
  const before = Object.fromEntries(Object.entries(host).filter(([path]) => path.endsWith(".yaml")));
  const read = readRegistriesConfig(before);
  if (read.outcome === "invalid") {
    const own = newRegistries(name, sections);
    const conflict: HostFileConflict = { kind: "unreadable", file: read.path, reason: read.reason };
    return { files: [own], all: { ...before, [own.path]: own.content }, conflicts: [conflict] };
  }
  const there = placedSections(before);
  const byPath = Map.groupBy(Object.entries(sections), ([scope]) => there.get(scope)?.file ?? pathOf(name));
  const files = [...byPath].flatMap(([path, wanted]) => {
    const content = edited(before[path] ?? "", wanted);
    return before[path] === content ? [] : [{ path, content }];
  });
  return {
    files,
    all: { ...before, ...Object.fromEntries(files.map(({ path, content }) => [path, content])) },
    conflicts: [...replacedLookasides(there, sections), ...narrowerSections(there, sections, image)],
  };
}

type Placed = { readonly file: string; readonly says: FoundSection };

/** What each section of the host's says, and where. The files are known to be readable. */
function placedSections(host: Readonly<Record<string, string>>): ReadonlyMap<string, Placed> {
  const placed = new Map<string, Placed>();
  for (const [file, text] of Object.entries(host)) {
    const read = readRegistriesConfig({ [file]: text });
    if (read.outcome === "invalid") continue;
    for (const [section, says] of read.config.docker) placed.set(section, { file, says });
  }
  return placed;
}

/** Comments and everything else of the host's stay. Nothing is written where it says so already. */
function edited(text: string, sections: readonly (readonly [string, RegistrySection])[]): string {
  const document = parseDocument(text);
  if (document.contents === null) return stringify({ docker: Object.fromEntries(sections) });
  let changed = false;
  const set = (path: readonly string[], value: unknown) => {
    if (document.getIn(path) === value) return;
    document.setIn(path, value);
    changed = true;
  };
  if (!isMap(document.get("docker"))) document.set("docker", document.createNode({}));
  for (const [scope, section] of sections) {
    if (!isMap(document.getIn(["docker", scope]))) document.setIn(["docker", scope], document.createNode({}));
    for (const [member, value] of Object.entries(section)) set(["docker", scope, member], value);
  }
  return changed ? document.toString({ lineWidth: 0 }) : text;
}

function replacedLookasides(
  there: ReadonlyMap<string, Placed>,
  sections: RegistrySections,
): readonly HostFileConflict[] {
  return Object.entries(sections).flatMap(([section, wanted]) => {
    const { file, says } = there.get(section) ?? {};
    const was = says?.lookaside ?? null;
    if (file === undefined || was === null || wanted.lookaside === undefined || was === wanted.lookaside) return [];
    return [{ kind: "lookaside-replaced", file, section, was }];
  });
}

/** A narrower section that says otherwise wins. One that is silent does not. */
function narrowerSections(
  there: ReadonlyMap<string, Placed>,
  sections: RegistrySections,
  image: string,
): readonly HostFileConflict[] {
  const reference = parseDockerReference(image);
  const speaking = reference === undefined ? [] : sectionsFor(reference);
  return [...there].flatMap(([section, { file, says }]): readonly HostFileConflict[] => {
    if (Object.hasOwn(sections, section)) return [];
    const wider = Object.keys(sections).find(
      (scope) => isInScope(scope, section) || section.startsWith(`${scope}:`) || section.startsWith(`${scope}@`),
    );
    const wanted = wider === undefined ? undefined : sections[wider];
    if (wanted === undefined) return [];
    const isOff = wanted["use-sigstore-attachments"] === true && says.usesAttachments === false;
    const own = says.lookaside;
    const isElsewhere = wanted.lookaside !== undefined && own !== null && own !== wanted.lookaside;
    if (!isOff && !isElsewhere) return [];
    return [{ kind: "narrower-section", file, section, hitsImage: speaking.includes(section) }];
  });
}
