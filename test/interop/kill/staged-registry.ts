// A registry that knows at which stage of indexing it is asked, and tells when a given question of a stage comes.
import { setTimeout as sleep } from "node:timers/promises";
import { type FakeServer, startFake } from "../../kit/registries/fake-server.ts";
import { parseRegistryRequest, registryHandler } from "../../kit/registries/memory-registry.ts";
import { createContents, type RegistryContents } from "../../kit/registries/registry-contents.ts";

export const stages = ["discover", "tags", "inspect"] as const;
export type Stage = (typeof stages)[number];

export type StagedRegistry = FakeServer & {
  readonly contents: RegistryContents;
  /** Resolves when the first worker's `nth` question of the stage has come, counted from now, before it is answered. */
  reached(stage: Stage, nth: number): Promise<void>;
};

/** Each answer takes that long, as on a network: there are instants between questions and answers. */
const answerMs = 4;
/** The second worker's take longer: it is alive and at work all the time, and leaves something to do for the first. */
const secondAnswerMs = 300;
/** As its public address, a worker says it in the header `User-Agent`. */
export const secondWorkerUrl = "http://second.example";

export async function startStagedRegistry(): Promise<StagedRegistry> {
  const contents = createContents();
  const waiting = new Set<{ readonly stage: Stage; left: number; readonly reach: () => void }>();
  // A page for each repository, so that discovery has instants of its own.
  const answer = registryHandler(contents, { pageSize: 1 });
  const server = await startFake(async (request, response) => {
    const asked = parseRegistryRequest(request);
    const isSecond = request.headers["user-agent"]?.includes(secondWorkerUrl) === true;
    const stage = stageOf(asked?.kind, asked?.reference, request.url ?? "");
    for (const one of isSecond ? [] : waiting) {
      if (one.stage !== stage || --one.left > 0) continue;
      waiting.delete(one);
      one.reach();
    }
    await sleep(isSecond ? secondAnswerMs : answerMs);
    return answer(request, response);
  });
  return {
    ...server,
    contents,
    reached: (stage, nth) => new Promise((reach) => void waiting.add({ stage, left: nth, reach })),
  };
}

function stageOf(kind: string | undefined, reference: string | undefined, url: string): Stage | undefined {
  if (kind === undefined) return url.startsWith("/v2/_catalog") ? "discover" : undefined;
  if (kind === "tags") return "tags";
  if (kind === "referrers" || reference?.startsWith("sha256-")) return undefined;
  // A tag's manifest is how a tag is looked at; what a digest names is read to inspect it.
  if (kind === "manifests" && !reference?.startsWith("sha256:")) return "tags";
  return "inspect";
}
