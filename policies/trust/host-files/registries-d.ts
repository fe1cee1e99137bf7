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
  const all: Record<string, string> = { ...before };
  const conflicts: HostFileConflict[] = [];
  for (const [scope, section] of Object.entries(sections)) {
    const place = Object.keys(before).find((path) => readSection(before[path] ?? "", scope) !== undefined);
    const path = place ?? pathOf(name);
    const was = place === undefined ? undefined : readSection(before[place] ?? "", scope);
    const replaced = was?.lookaside ?? null;
    if (section.lookaside !== undefined && replaced !== null && replaced !== section.lookaside) {
      conflicts.push({ kind: "lookaside-replaced", file: path, section: scope, was: replaced });
    }
    all[path] = edited(all[path] ?? "", scope, section);
  }
  return {
    files: Object.entries(all).flatMap(([path, content]) => (before[path] === content ? [] : [{ path, content }])),
    all,
    conflicts: [...conflicts, ...narrowerSections(before, sections, image)],
  };
}

function readSection(text: string, scope: string): FoundSection | undefined {
  const read = readRegistriesConfig({ "one.yaml": text });
  return read.outcome === "config" ? read.config.docker.get(scope) : undefined;
}

/** Comments and everything else of the host's stay. Nothing is written where it says so already. */
function edited(text: string, scope: string, section: RegistrySection): string {
  const document = parseDocument(text);
  if (document.contents === null) return stringify({ docker: { [scope]: section } });
  let changed = false;
  const set = (path: readonly string[], value: unknown) => {
    if (document.getIn(path) === value) return;
    document.setIn(path, value);
    changed = true;
  };
  const docker = document.get("docker");
  if (!isMap(docker)) document.set("docker", document.createNode({}));
  if (!isMap(document.getIn(["docker", scope]))) document.setIn(["docker", scope], document.createNode({}));
  if (section["use-sigstore-attachments"] === true) set(["docker", scope, "use-sigstore-attachments"], true);
  if (section.lookaside !== undefined) set(["docker", scope, "lookaside"], section.lookaside);
  return changed ? document.toString({ lineWidth: 0 }) : text;
}

/** A narrower section that says otherwise wins. One that is silent does not. */
function narrowerSections(
  host: Readonly<Record<string, string>>,
  sections: RegistrySections,
  image: string,
): readonly HostFileConflict[] {
  const reference = parseDockerReference(image);
  const speaking = reference === undefined ? [] : sectionsFor(reference);
  return Object.entries(host).flatMap(([file, text]) => {
    const read = readRegistriesConfig({ "one.yaml": text });
    if (read.outcome === "invalid") return [];
    return [...read.config.docker].flatMap(([section, says]): readonly HostFileConflict[] => {
      const wider = Object.keys(sections).find(
        (scope) => scope !== section && (isInScope(scope, section) || section.startsWith(`${scope}:`)),
      );
      const wanted = wider === undefined || Object.hasOwn(sections, section) ? undefined : sections[wider];
      if (wanted === undefined) return [];
      const isOff = wanted["use-sigstore-attachments"] === true && says.usesAttachments === false;
      const own = says.lookaside;
      const isElsewhere = wanted.lookaside !== undefined && own !== null && own !== wanted.lookaside;
      return isOff || isElsewhere
        ? [{ kind: "narrower-section", file, section, hitsImage: speaking.includes(section) }]
        : [];
    });
  });
}
