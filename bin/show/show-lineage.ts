// A lineage as people read it: the image, what it stands on from the top down, and who stands on it.
import type { Lineage } from "../../server/api/lineage-routes.ts";
import { printable } from "../terminal/printable.ts";
import { countOf } from "../terminal/quantities.ts";
import { labelled, type ShowOptions } from "./labelled.ts";

const howKnown: Readonly<Record<Lineage["bases"][number]["evidence"], string>> = {
  provenance: "signed provenance names it",
  annotation: "an annotation names its digest",
  layers: "its layers are the lowest",
  labels: "only a name says so",
};

export function showLineage(lineage: Lineage, options: ShowOptions): string {
  const { paint, verbose } = options;
  const line = (label: string, text: string) => labelled(label, printable(text), options);
  const why = (field: string) => lineage.unknown?.find((each) => each.field === field)?.reason;
  const gap = (label: string, field: string) => {
    const reason = why(field);
    return reason === undefined ? "" : line(label, `unknown: ${reason}`);
  };
  const inherited = (label: string, names: readonly string[] | null) =>
    names === null || names.length === 0 ? "" : line(label, names.join(", "));
  const whoBuildsOnIt = () => {
    const { derived } = lineage;
    // Where nobody can know, there are not none.
    if (derived.length === 0 && why("derived") !== undefined) {
      return [`${paint("bold", "built on it")}\n`, gap("", "derived")];
    }
    return [
      `${paint("bold", `${countOf(derived.length, "repository builds", "repositories build")} on it`)}\n`,
      ...derived.map(({ repository, evidence }) => line("", `${repository} (${howKnown[evidence]})`)),
      gap("more", "derived"),
    ];
  };
  return [
    `${paint("bold", printable(lineage.ref))}\n`,
    line("digest", lineage.digest),
    ...lineage.bases.flatMap((base) => [
      `${paint("bold", `on ${printable(base.ref ?? "an image of unknown name")}`)}\n`,
      line("digest", base.digest ?? `unknown: ${reasonOf(base, "digest")}`),
      line("known by", howKnown[base.evidence]),
      line("behind", describeLag(base)),
    ]),
    gap("built on", "bases"),
    verbose ? inherited("labels", lineage.inheritedLabels) : "",
    verbose ? inherited("notes", lineage.inheritedAnnotations) : "",
    ...whoBuildsOnIt(),
  ].join("");
}

function describeLag(base: Lineage["bases"][number]): string {
  const { lagDays, lagBuilds } = base;
  if (lagDays === null || lagBuilds === null) return `unknown: ${reasonOf(base, "lagDays")}`;
  return lagBuilds === 0 ? "no: it is the newest build" : `${countOf(lagBuilds, "build")}, ${countOf(lagDays, "day")}`;
}

function reasonOf({ unknown }: Lineage["bases"][number], field: string): string {
  return unknown?.find((each) => each.field === field)?.reason ?? "nobody says why";
}
