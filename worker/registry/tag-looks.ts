// Tag looks: what a tag names now, at the price of one request however the registry answers conditions.
import { isDigest } from "../../policies/words/digest.ts";
import type { HttpAnswer } from "../http/http.ts";
import { acceptedManifests, announcedDigest, checkManifestAnswer } from "./manifest-checks.ts";
import { saysAbsent } from "./refusals.ts";
import type { TagLook } from "./registry.ts";
import type { RegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";

export type TagLooker = (path: string, tag: string, known: string | null, signal: AbortSignal) => Promise<TagLook>;

/**
 * How a host is best asked whether a tag still names a digest. `condition`: it honours If-None-Match, so one GET brings
 * either nothing or the new manifest. `head`: it may be asked for the digest alone. `get`: neither, so all is fetched.
 */
type Habit = "unknown" | "condition" | "head" | "get";

export function createTagLooker(client: RegistryClient, environment: RegistryEnvironment): TagLooker {
  const { limits } = environment;
  let habit: Habit = "unknown";

  function ask(method: "GET" | "HEAD", path: string, tag: string, known: string | null, signal: AbortSignal) {
    const condition = known === null ? {} : { "if-none-match": `"${known}"` };
    return client.ask(
      {
        method,
        target: `/v2/${path}/manifests/${tag}`,
        path,
        headers: { accept: acceptedManifests, ...condition },
        limitBytes: limits.manifestBytes,
      },
      signal,
    );
  }

  async function byGet(path: string, tag: string, known: string | null, signal: AbortSignal): Promise<TagLook> {
    const answer = await ask("GET", path, tag, known, signal);
    if (answer.status === 304 && known !== null) {
      habit = "condition";
      return { outcome: "unchanged" };
    }
    if (saysAbsent(answer)) return { outcome: "absent" };
    if (answer.status !== 200) throw client.refusal(answer);
    const manifest = checkManifestAnswer(answer, null, `${client.host}/${path}:${tag}`);
    if (manifest.digest === known) {
      // All of it came again though nothing had changed: the condition was not looked at.
      if (habit === "condition") habit = "head";
      return { outcome: "unchanged" };
    }
    if (habit === "unknown" && tagsWithDigest(answer, manifest.digest)) habit = "condition";
    return { outcome: "manifest", manifest };
  }

  /** undefined: the host does not answer to HEAD in a way that is of use. */
  async function byHead(path: string, tag: string, known: string, signal: AbortSignal): Promise<TagLook | undefined> {
    const answer = await ask("HEAD", path, tag, known, signal);
    if (answer.status === 304) {
      habit = "condition";
      return { outcome: "unchanged" };
    }
    // There is no body to say who says so, nor why.
    if (answer.status === 404) return undefined;
    if (answer.status === 405 || answer.status === 501) {
      habit = "get";
      return undefined;
    }
    if (answer.status !== 200) throw client.refusal(answer);
    const digest = announcedDigest(answer, `${client.host}/${path}:${tag}`);
    if (digest === undefined) {
      habit = "get";
      return undefined;
    }
    if (digest === known) {
      habit = "head";
      return { outcome: "unchanged" };
    }
    if (habit === "unknown" && tagsWithDigest(answer, digest)) habit = "condition";
    return { outcome: "digest", digest };
  }

  return async (path, tag, known, signal) => {
    if (known !== null && (habit === "unknown" || habit === "head")) {
      const look = await byHead(path, tag, known, signal);
      if (look !== undefined) return look;
    }
    return byGet(path, tag, known, signal);
  };
}

/** Whether the ETag is the digest, as distribution and Harbor write it: then the condition is understood. */
function tagsWithDigest(answer: HttpAnswer, digest: string): boolean {
  const tag = /^(?:W\/)?"?([^"]*)"?$/.exec(answer.headers.etag ?? "")?.[1];
  return tag !== undefined && isDigest(tag) && tag === digest;
}
