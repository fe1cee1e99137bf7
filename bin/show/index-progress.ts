// The progress of indexing in one line: how far each source is, how fast, and how much failed.
import type { ProgressEvent, Traffic } from "../../worker/progress.ts";
import type { Progress } from "../terminal/progress.ts";
import { countOf, describeBytes } from "../terminal/quantities.ts";

type Round = { done: number; repositories: number | null; ended: boolean };

export type IndexProgress = { readonly tell: (event: ProgressEvent) => void };

/** Sources named beside the sum: those that are under way. */
const namedSources = 3;

export function showIndexProgress(progress: Progress, now: () => number, traffic: () => Traffic | null): IndexProgress {
  const startedAt = now();
  const rounds = new Map<string, Round>();
  let images = 0;
  let failures = 0;
  const roundOf = (source: string) => {
    const round = rounds.get(source) ?? { done: 0, repositories: null, ended: false };
    rounds.set(source, round);
    return round;
  };
  const note = (event: ProgressEvent) => {
    const round = roundOf(event.source);
    switch (event.type) {
      case "source-started":
        round.ended = false;
        return;
      case "source-listed":
        round.repositories = event.repositories;
        return;
      case "repository-done":
        round.done = event.done;
        round.repositories = event.repositories;
        images += event.images;
        return;
      case "failure":
        failures++;
        return;
      case "source-done":
        round.ended = true;
        return;
    }
  };
  return {
    tell(event) {
      note(event);
      const all = [...rounds.values()];
      const done = all.reduce((sum, round) => sum + round.done, 0);
      const seconds = Math.max(0.001, (now() - startedAt) / 1000);
      const seen = traffic();
      const parts = [
        `${all.filter((round) => round.ended).length}/${countOf(all.length, "source")}`,
        `${done}/${all.reduce((sum, round) => sum + (round.repositories ?? 0), 0)} repositories`,
        `${(done / seconds).toFixed(1)}/s`,
        countOf(images, "new image"),
        ...(seen === null || seen.requests === 0 ? [] : [describeBytes(seen.bytes)]),
        ...(failures > 0 ? [`${failures} failed`] : []),
      ];
      const open = [...rounds].filter(([, round]) => !round.ended).slice(0, namedSources);
      const sources = open.map(([name, round]) => `${name} ${round.done}/${round.repositories ?? "?"}`);
      progress.show([parts.join(", "), ...sources].join("; "));
    },
  };
}
