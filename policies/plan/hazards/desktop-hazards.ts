// Hazards of the desktop and of what a channel is for: another desktop, another stream, a login screen without its user.
import { absent, type HostHazard, isAlike, isSameChannel, isSameImage } from "./hazard.ts";

export const desktopChange: HostHazard = {
  id: "desktop-change",
  title: "Another desktop",
  highest: "warn",
  judge(circumstances) {
    if (isSameImage(circumstances) || isSameChannel(circumstances)) return absent;
    const { host, traits } = circumstances;
    const [from, to] = [host.traits.desktops, traits.desktops];
    if (from === null || to === null) {
      // Where there was none, there are no settings that could be mixed.
      if (from?.length === 0) return absent;
      const advice = "Settings of two desktops mix in one home; compare both systems first.";
      const needs = from === null && host.reference === null ? (["host"] as const) : [];
      const disagreement = host.contradictions.desktop;
      const evidence = { from: words(from), to: words(to), ...(disagreement === undefined ? {} : { disagreement }) };
      return { status: "unknown", advice, evidence, needs };
    }
    if (from.length === 0 || from.some((desktop) => to.includes(desktop))) return absent;
    const advice =
      "Nobody supports it: settings of both mix in one home, and the login screen may not start. Before: save your home. After: make a new user for the new desktop.";
    return { status: "present", severity: "warn", advice, evidence: { from: words(from), to: words(to) } };
  },
};

function words(desktops: readonly string[] | null): string | readonly string[] | null {
  if (desktops === null) return null;
  return desktops.length > 1 ? desktops : (desktops[0] ?? "none");
}

export const streamMismatch: HostHazard = {
  id: "stream-mismatch",
  title: "Another stream",
  highest: "info",
  judge(circumstances) {
    if (isSameImage(circumstances) || isSameChannel(circumstances)) return absent;
    const { host, traits } = circumstances;
    const [from, to] = [host.traits.streams, traits.streams];
    if (from === null || to === null) {
      const advice =
        "What a stream is called says little: `latest` is not the newest everywhere, nor `stable` the tested one.";
      const needs = host.reference === null ? (["host"] as const) : [];
      return { status: "unknown", advice, evidence: { from: words(from), to: words(to) }, needs };
    }
    if (from.some((stream) => to.includes(stream))) return absent;
    const advice = "It is updated at another pace, and tested in another way, than what the host follows now.";
    return { status: "present", severity: "info", advice, evidence: { from: words(from), to: words(to) } };
  },
};

export const firstBootReboot: HostHazard = {
  id: "first-boot-reboot",
  title: "The first start may fail",
  highest: "info",
  judge(circumstances) {
    if (isSameImage(circumstances) || isSameChannel(circumstances)) return absent;
    const { host, traits } = circumstances;
    const [from, to] = [host.traits.displayManagers, traits.displayManagers];
    if (to?.length === 0) return absent;
    if (from === null || to === null) {
      if (isAlike(circumstances, ["desktops"])) return absent;
      const advice =
        "Where the login screen is another program, its user is missing at the first start: then restart once more.";
      const needs = from === null && host.reference === null ? (["host"] as const) : [];
      return { status: "unknown", advice, evidence: { from: words(from), to: words(to) }, needs };
    }
    if (from.some((manager) => to.includes(manager))) return absent;
    const advice =
      "The login screen is another program, whose user is missing in /etc at the first start. After the switch: restart twice before you take it for broken.";
    return { status: "present", severity: "info", advice, evidence: { from: words(from), to: words(to) } };
  },
};
