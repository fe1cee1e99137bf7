// Hazards of starting: the backend, the boot loader, Secure Boot and the digest in a sealed image.
import { familyOf } from "../distribution-family.ts";
import type { HostState } from "../host-state.ts";
import { bootloaderName } from "../image-traits.ts";
import {
  absent,
  asksOsRelease,
  type HostCircumstances,
  type HostHazard,
  isAlike,
  isNextBuild,
  isSameImage,
  type Judgement,
  unreadOsRelease,
} from "./hazard.ts";

export const backendChange: HostHazard = {
  id: "backend-change",
  title: "A sealed image on a host that cannot take it",
  highest: "block",
  judge(circumstances) {
    const { host, traits } = circumstances;
    // The backend is the host's: one with composefs deploys images of either kind.
    if (host.backend === "composefs" || traits.backend === "ostree") return absent;
    const disagreement = host.contradictions.backend;
    const own = { host: host.backend, image: traits.backend };
    const evidence = disagreement === undefined ? own : { ...own, disagreement };
    if (host.backend === "ostree" && traits.backend === "composefs") {
      const advice =
        "A host that was installed with ostree cannot be moved to the composefs backend in place. Save your data and install the image anew.";
      return { status: "present", severity: "block", advice, evidence };
    }
    // Nobody says that it is sealed, and the host runs this very image, or follows this very tag.
    const isRunning = isSameImage(circumstances) || isNextBuild(circumstances);
    if (host.backend === "ostree" && isRunning) return absent;
    const advice =
      "A sealed image (a unified kernel with composefs) needs a host that was installed with that backend.";
    return { status: "unknown", advice, evidence, needs: host.backend === null ? ["host"] : [] };
  },
};

export const secureBootKey: HostHazard = {
  id: "secure-boot-key",
  title: "Secure Boot does not know who signed its kernel",
  highest: "block",
  judge(circumstances): Judgement {
    const { secureBoot, firmware } = circumstances.host.facts;
    if (secureBoot === false || (firmware === "bios" && secureBoot !== true)) return absent;
    if (isSameImage(circumstances)) return absent;
    const judgement = bySigner(circumstances);
    if (firmware !== "bios" || judgement.status === "absent") return judgement;
    // Secure Boot is UEFI's: one of the two was not said of this machine.
    const evidence = { ...judgement.evidence, firmware };
    return unknown("The host's firmware is said to be BIOS, and its Secure Boot to be on.", evidence, [
      "firmware",
      "secureBoot",
    ]);
  },
};

function bySigner(circumstances: HostCircumstances): Judgement {
  const { host, traits, target } = circumstances;
  const { secureBoot, enrolledKeys } = host.facts;
  const evidence = { secureBoot: secureBoot ?? null, signedBy: traits.secureBoot?.by ?? null };
  const ask = secureBoot === true ? [] : (["secureBoot"] as const);
  switch (traits.secureBoot?.by) {
    case "distribution":
      return byDistribution(circumstances, evidence);
    case "nobody": {
      if (secureBoot !== true) return unknown("Its kernel or its modules are not signed.", evidence, ask);
      const advice =
        "Its kernel or its modules are not signed: the machine does not start it. Choose another image, or turn Secure Boot off in the firmware.";
      return { status: "present", severity: "block", advice, evidence };
    }
    case "keys":
      return byKeys(circumstances, traits.secureBoot.fingerprints, evidence);
    case undefined: {
      // The host starts what this very tag names, whoever signed it.
      if (isNextBuild(circumstances)) return absent;
      const advice = `Who signed the kernel of ${target.repository} is not recorded.`;
      return unknown(advice, evidence, [...ask, ...(enrolledKeys == null ? (["enrolledKeys"] as const) : [])]);
    }
  }
}

function unknown(
  advice: string,
  evidence: Readonly<Record<string, unknown>>,
  needs: Extract<Judgement, { status: "unknown" }>["needs"],
): Judgement {
  const rest = "With Secure Boot a machine starts only what is signed by a key that is enrolled.";
  return { status: "unknown", advice: `${advice} ${rest}`, evidence, needs };
}

/** bootc never replaces the boot loader's shim: it knows the kernels of the distribution that installed the host. */
function byDistribution({ host, traits }: HostCircumstances, evidence: Readonly<Record<string, unknown>>): Judgement {
  const base = baseOf(host);
  const { family } = host.traits;
  const isOwn = traits.family === "fedora" ? family === "fedora" : base !== null && base === traits.distribution;
  if (isOwn) return absent;
  const { secureBoot } = host.facts;
  const isOther = base !== null || (family !== null && traits.family !== null && family !== traits.family);
  const full = { ...evidence, from: base ?? host.traits.distribution, to: traits.distribution };
  if (secureBoot !== true || family === null || !isOther) {
    const unread =
      family === null || !isOther
        ? unreadOsRelease(host, "id", "does not tell which distribution's boot loader the host has")
        : "";
    return unknown(`Its kernel is signed by its distribution.${unread}`, full, [
      ...(secureBoot === true ? [] : (["secureBoot"] as const)),
      ...((family === null || !isOther) && asksOsRelease(host, "id") ? (["osRelease"] as const) : []),
    ]);
  }
  const advice =
    "Its kernel is signed by its distribution, whose key the host's boot loader does not know. Install it anew, or turn Secure Boot off in the firmware.";
  return { status: "present", severity: "block", advice, evidence: full };
}

/** The distribution whose boot loader the host has. A remix is called anything: its source says what it is built on. */
function baseOf({ facts, image, contradictions }: HostState): string | null {
  if (contradictions.distribution !== undefined) return null;
  const own = facts.osRelease?.id?.toLowerCase() ?? null;
  return familyOf(own) === null ? image.distribution : own;
}

function byKeys(
  circumstances: HostCircumstances,
  fingerprints: readonly string[],
  evidence: Readonly<Record<string, unknown>>,
): Judgement {
  const { secureBoot, enrolledKeys } = circumstances.host.facts;
  if (enrolledKeys?.some((key) => fingerprints.includes(key))) return absent;
  const full = { ...evidence, certificates: fingerprints };
  // A shorter fingerprint is another algorithm's: it may be the same certificate.
  const isTold = enrolledKeys?.every((key) => key.length === 64) ?? false;
  if (secureBoot === true && isTold) {
    const advice =
      "Before the switch enrol the certificate that signed it (`mokutil --import`), restart and confirm it; without it the machine does not start the new system.";
    return { status: "present", severity: "block", advice, evidence: full };
  }
  // What runs is signed by the same key.
  if (isAlike(circumstances, ["secureBoot", "hardware"])) return absent;
  const unread =
    isTold || enrolledKeys == null
      ? ""
      : " Some of the fingerprints that the host sent are not SHA-256 and tell nothing.";
  return unknown(`Its kernel is signed by a key of its own.${unread}`, full, [
    ...(secureBoot === true ? [] : (["secureBoot"] as const)),
    ...(isTold ? [] : (["enrolledKeys"] as const)),
  ]);
}

export const bootloaderMismatch: HostHazard = {
  id: "bootloader-mismatch",
  title: "Made for another boot loader",
  highest: "warn",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const disagreement = host.contradictions.bootloader;
    const own = { host: host.bootloader, image: traits.bootloaders };
    const evidence = disagreement === undefined ? own : { ...own, disagreement };
    if (host.bootloader === null || traits.bootloaders === null) {
      // What runs is made for the same boot loader.
      if (isNextBuild(circumstances) || isAlike(circumstances, ["bootloaders", "backend"])) return absent;
      const advice = "bootc never replaces the boot loader of a host; whether the image works with it is not known.";
      return { status: "unknown", advice, evidence, needs: host.bootloader === null ? ["bootloader"] : [] };
    }
    if (traits.bootloaders.map(bootloaderName).includes(host.bootloader)) return absent;
    const advice =
      "bootc never replaces the boot loader of a host, and the image is made for another. Install it anew, or try it on a machine that you can spare.";
    return { status: "present", severity: "warn", advice, evidence };
  },
};

export const composefsDigest: HostHazard = {
  id: "composefs-digest",
  title: "A sealed image whose digest this bootc may compute in another way",
  highest: "warn",
  judge(circumstances) {
    const { host, traits } = circumstances;
    if (isSameImage(circumstances) || host.backend === "ostree" || traits.backend === "ostree") return absent;
    const version = host.facts.clientVersions?.bootc ?? null;
    const evidence = { host: host.backend, image: traits.backend, bootc: version };
    const since = version === null ? null : isSince(version);
    const unread =
      since === null && version !== null
        ? ` The host says that its bootc is ${JSON.stringify(version)}, which names no version.`
        : "";
    const advice = `Since bootc 1.16.4 the digest in the kernel's command line may be computed in another way than the host does, and the system then does not start. Keep the one that runs (\`bootc rollback\`) until the new one has started.${unread}`;
    if (since === true && host.backend === "composefs" && traits.backend === "composefs") {
      return { status: "present", severity: "warn", advice, evidence };
    }
    // Before 1.16.4 there was one way, and the image may have been sealed in the other: nobody can tell.
    const needs = [
      ...(host.backend === null ? (["host"] as const) : []),
      ...(since === null ? (["clientVersions"] as const) : []),
    ];
    return { status: "unknown", advice, evidence, needs };
  },
};

/** Null: the text names no version. */
function isSince(text: string): boolean | null {
  const match = /(?:^|[^0-9.])([0-9]{1,5})\.([0-9]{1,5})\.([0-9]{1,5})/.exec(text);
  if (match === null) return null;
  const [major, minor, patch] = match.slice(1).map(Number);
  return compare([major ?? 0, minor ?? 0, patch ?? 0], [1, 16, 4]) >= 0;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
