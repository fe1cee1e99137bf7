// Examples of the sample catalog: for each verdict an image that has it, as it was really judged.
import { findRepository } from "../../db/repositories.ts";
import { pageOfSearchRows } from "../../db/search-rows.ts";
import type { Store } from "../../db/store.ts";
import { type Verdict, verdicts } from "../../policies/plan/switch-plan.ts";

export type Example = { readonly verdict: Verdict; readonly ref: string };

/** Far more than the sample catalog has. */
const repositoriesMax = 1_000;

/** The first by name, from the best verdict to the worst. */
export async function examplesOf(store: Store): Promise<readonly Example[]> {
  const rows = await pageOfSearchRows(store, "", repositoriesMax);
  const examples: Example[] = [];
  for (const verdict of verdicts) {
    const name = rows.find((row) => row.verdict === verdict)?.name;
    const repository = name === undefined ? undefined : await findRepository(store, name);
    if (repository?.defaultTag == null) continue;
    examples.push({ verdict, ref: `${repository.name}:${repository.defaultTag}` });
  }
  return examples;
}
