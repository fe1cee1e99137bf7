// Hazard 18, a build without the drivers of the machine's graphics: only NVIDIA's are apart from the kernel.
import { gpuVendor } from "../gpu-vendor.ts";
import type { HostState } from "../host-state.ts";
import { absent, type HostCircumstances, type HostHazard, isSameImage, type Judgement } from "./hazard.ts";

/** The open modules drive Turing and what came later; the closed ones all but the newest, which has the open ones alone. */
const older = ["tesla", "fermi", "kepler", "maxwell", "pascal", "volta"];
const both = ["turing", "ampere", "ada", "ada-lovelace", "ada lovelace", "lovelace", "hopper"];
const openOnly = ["blackwell"];
const generations = [...older, ...both, ...openOnly];

export const hardwareVariant: HostHazard = {
  id: "hardware-variant",
  title: "Not the build for this machine's graphics",
  highest: "warn",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const [said, run] = [cardsSaid(circumstances.host), cardsRun(circumstances.host)];
    if (said !== "none" || run === null) return judgeCards(circumstances, said === "unknown" ? (run ?? said) : said);
    // One says that there is no card of NVIDIA, and what runs is built for one.
    const judgement = judgeCards(circumstances, run);
    if (judgement.status === "absent") return absent;
    const advice =
      "The host says that it has no graphics of NVIDIA, and runs a build for them: whether the drivers are needed is not known.";
    return { status: "unknown", advice, evidence: judgement.evidence, needs: ["gpu"] };
  },
};

/** Of each card of NVIDIA the generations that it may be of. */
type Cards = "none" | "unknown" | readonly (readonly string[])[];

/** By what runs: a build for NVIDIA runs on the cards that its modules drive. Null: it is none, or not known. */
function cardsRun({ traits: { hardware } }: HostState): Exclude<Cards, string> | null {
  if (!hardware?.some((each) => each.startsWith("nvidia"))) return null;
  return [drivenBy(hardware)];
}

/** A build for NVIDIA whose modules are neither of the two kinds: which cards they drive, no list here says. */
function isOfOtherKind(hardware: readonly string[]): boolean {
  return hardware.some((each) => each.startsWith("nvidia") && each !== "nvidia" && each !== "nvidia-open");
}

/** All that they may drive, where that is not known. */
function drivenBy(hardware: readonly string[]): readonly string[] {
  const [hasClosed, hasOpen] = [hardware.includes("nvidia"), hardware.includes("nvidia-open")];
  if (isOfOtherKind(hardware)) return generations;
  return generations.filter(
    (each) => both.includes(each) || (hasClosed && older.includes(each)) || (hasOpen && openOnly.includes(each)),
  );
}

function cardsSaid(host: HostState): Cards {
  const gpus = host.facts.gpu?.map(({ vendor, generation }) => ({ vendor: gpuVendor(vendor), generation })) ?? null;
  if (gpus === null) return "unknown";
  const ofNvidia = gpus.filter(({ vendor }) => vendor === "nvidia");
  if (ofNvidia.length === 0) return gpus.every(({ vendor }) => vendor !== null) ? "none" : "unknown";
  // As long as the generation is silent, what runs tells it.
  const [silent = generations] = cardsRun(host) ?? [];
  return ofNvidia
    .map(({ generation }) => generations.filter((each) => each === generationIn(generation)))
    .map((known) => (known.length === 0 ? silent : known));
}

/** `Turing`, `NVIDIA Turing` and `turing (TU116)`; undefined: anything else, such as `Turing or later`. */
function generationIn(text: string | null | undefined): string | undefined {
  return /^(?:nvidia )?([a-z][a-z -]*[a-z])(?: \([a-z0-9]{1,16}\))?$/.exec(text?.trim() ?? "")?.[1];
}

/** What is to be said of cards of NVIDIA whose generation was said in a way that cannot be read; "" where none was. */
function unreadGeneration({ facts }: HostState): string {
  const unread = (facts.gpu ?? []).find(
    ({ vendor, generation }) =>
      gpuVendor(vendor) === "nvidia" && generation != null && !generations.includes(generationIn(generation) ?? ""),
  );
  if (unread === undefined) return "";
  return ` The host says that its generation is ${JSON.stringify(unread.generation)}, which is none that is known here (${generations.join(", ")}).`;
}

function judgeCards({ host, traits: { hardware } }: HostCircumstances, cards: Cards): Judgement {
  const gpu = host.facts.gpu ?? null;
  const evidence = { gpu, from: host.traits.hardware, image: hardware };
  if (cards === "none") return absent;
  if (hardware === null || cards === "unknown") {
    if (hardware !== null && host.traits.hardware !== null && sameWords(hardware, host.traits.hardware)) return absent;
    const strange = gpu?.find(({ vendor }) => gpuVendor(vendor) === null)?.vendor;
    const unread =
      cards === "unknown" && strange !== undefined
        ? ` Who makes the graphics that the host calls ${JSON.stringify(strange)} is not known here.`
        : "";
    const advice = `A build without the drivers of the host's graphics starts with a slow screen, or with none.${unread}`;
    return { status: "unknown", advice, evidence, needs: cards === "unknown" ? ["gpu"] : [] };
  }
  const [hasClosed, hasOpen] = [hardware.includes("nvidia"), hardware.includes("nvidia-open")];
  const isPresent = { status: "present", severity: "warn", evidence } as const;
  if (isOfOtherKind(hardware)) {
    if (host.traits.hardware !== null && sameWords(hardware, host.traits.hardware)) return absent;
    const advice = `This build is for NVIDIA, of a kind (${hardware.join(", ")}) of which it is not known which cards it drives.`;
    return { status: "unknown", advice, evidence, needs: [] };
  }
  if (!hasClosed && !hasOpen) {
    const advice =
      "The host has graphics of NVIDIA, and this build has no drivers for them. Choose its build for NVIDIA.";
    return { ...isPresent, advice };
  }
  const driven = drivenBy(hardware);
  if (cards.every((card) => card.every((each) => driven.includes(each)))) return absent;
  if (cards.some((card) => card.every((each) => !driven.includes(each)))) {
    const advice = hasOpen
      ? "The open modules of this build drive Turing and later: this card is older. Choose the build with the closed modules."
      : "The closed modules of this build do not drive Blackwell and later. Choose the build with the open modules.";
    return { ...isPresent, advice };
  }
  const unread = unreadGeneration(host) || " Of which generation the host's card is was not said.";
  const modules = hasOpen
    ? "The open modules of this build drive Turing and later."
    : "The closed modules of this build drive all before Blackwell.";
  return { status: "unknown", advice: `${modules}${unread}`, evidence, needs: ["gpu"] };
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word) => b.includes(word));
}
