// The attack table in a real registry: what docker-registry keeps and shows comes to the same as what is read from memory.
import { describe, expect, type TestContext, test } from "vitest";
import type { Digest } from "../../../policies/words/digest.ts";
import type { Registry } from "../../../worker/registry/registry.ts";
import { type AttackCase, type Beside, manifestOf, outcomeOf, planAttack } from "../../kit/attacks/attack-world.ts";
import { shownEvidence } from "../../kit/attacks/from-evidence.ts";
import { keyCases } from "../../kit/attacks/key-cases.ts";
import { policyCases } from "../../kit/attacks/policy-cases.ts";
import { putReferrers, putSigned, tagBeside } from "../../kit/judges/registry-side.ts";
import { startDockerRegistry } from "../../kit/registries/docker-registry.ts";
import { openTestRegistry } from "../../kit/registries/open-test-registry.ts";

/** Every fourth: what differs here is how a registry is asked, not what is signed. */
const cases: readonly AttackCase[] = [...keyCases, ...policyCases, ...shownEvidence].filter((_, at) => at % 4 === 0);

type Where = { readonly url: string; readonly path: string };

async function push(where: Where, of: Digest, { sig, att, referrers }: Beside): Promise<void> {
  if (sig !== undefined) await putSigned(where, tagBeside("sig", of), withConfig(manifestOf(sig)));
  if (att !== undefined) await putSigned(where, tagBeside("att", of), withConfig(manifestOf(att)));
  if (referrers !== undefined) await putReferrers(where, tagBeside("bundles", of), referrers.map(withConfig));
}

/** It takes no manifest whose configuration it does not have; all that the kit writes have one of these. */
function withConfig({ bytes, blobs }: ReturnType<typeof manifestOf>): ReturnType<typeof manifestOf> {
  const configs = ['{"architecture":"","created":"0001-01-01T00:00:00Z","os":"","config":{}}', "{}"];
  return { bytes, blobs: new Map([...blobs, ...configs.map((text) => [text as Digest, Buffer.from(text)] as const)]) };
}

/** The same questions, of another path. */
function below(registry: Registry, path: string): Registry {
  return {
    ...registry,
    lookAtTag: (_path, ...rest) => registry.lookAtTag(path, ...rest),
    readManifest: (_path, ...rest) => registry.readManifest(path, ...rest),
    readBlob: (_path, ...rest) => registry.readBlob(path, ...rest),
    readReferrers: (_path, ...rest) => registry.readReferrers(path, ...rest),
  };
}

describe("docker-registry", () => {
  test("shows of each case what the table expects", { timeout: 120_000 }, async (context: TestContext) => {
    const server = await startDockerRegistry(context, {});
    const client = openTestRegistry({ host: server.host });
    try {
      const outcomes: (readonly [string, string])[] = [];
      for (const [index, row] of cases.entries()) {
        const path = `case-${index}/desktop`;
        const trust = await planAttack(row, async (of, beside) => {
          await push({ url: `http://${server.host}`, path }, of, beside);
          return below(client.registry, path);
        });
        outcomes.push([row.attack, outcomeOf(trust)]);
      }
      expect(outcomes.length).toBeGreaterThanOrEqual(40);
      expect(outcomes).toEqual(cases.map(({ attack, expected }) => [attack, expected]));
    } finally {
      await client.close();
      await server.stop();
    }
  });
});
