// Local changes: what waits for the next boot is told beside what is layered, and is none of a host that has nothing.
import { expect, test } from "vitest";
import { digestOfImage, hostWith, imageOf, planFor } from "../scenarios/world.ts";

const bazzite = "ghcr.io/ublue-os/bazzite:stable";
const bluefin = "ghcr.io/ublue-os/bluefin:stable";

function hazardOf(status: object, change: { readonly spec?: object; readonly facts?: object } = {}) {
  const host = { ...hostWith(bluefin, { status }), ...(change.spec && { spec: change.spec }) };
  const facts = { ...change.facts };
  const plan = planFor({ target: bazzite, image: {}, host, booted: imageOf(bluefin, {}), facts });
  return plan.hazards.find(({ id }) => id === "local-modifications");
}

const staged = (reference: string, change: object = {}) => ({
  image: { image: { image: reference, transport: "registry" }, imageDigest: digestOfImage(reference) },
  incompatible: false,
  pinned: false,
  ostree: {},
  ...change,
});

test("a staged update is replaced, and one that was only fetched as well", () => {
  expect(hazardOf({ staged: staged(bluefin, { softRebootCapable: true }) })).toMatchObject({
    status: "present",
    severity: "info",
    evidence: { waiting: [{ what: "staged", downloadOnly: false, softRebootCapable: true }] },
  });
  const fetched = hazardOf({ staged: staged(bluefin, { downloadOnly: true }) });
  expect(fetched).toMatchObject({ severity: "info", evidence: { waiting: [{ downloadOnly: true }] } });
  expect(fetched?.advice).toContain("--from-downloaded");
});

test("what is staged already takes no place", () => {
  expect(hazardOf({ staged: staged(bazzite) })?.status).toBe("absent");
});

test("an image that the host was told to follow, and has not booted", () => {
  const image = (name: string) => ({ image: { image: name, transport: "registry" }, bootOrder: "default" });
  const other = "ghcr.io/ublue-os/aurora:stable";
  expect(hazardOf({}, { spec: image(other) })).toMatchObject({
    status: "present",
    severity: "info",
    evidence: { waiting: [{ what: "wanted" }] },
  });
  for (const same of [bluefin, bazzite]) expect(hazardOf({}, { spec: image(same) })?.status).toBe("absent");
});

test("all of it is told beside packages, which block", () => {
  const usrOverlay = { accessMode: "readWrite", persistence: "transient" };
  const hazard = hazardOf({ rollbackQueued: true, usrOverlay }, { facts: { packages: ["htop"] } });
  expect(hazard).toMatchObject({
    status: "present",
    severity: "block",
    evidence: {
      changes: ["htop"],
      waiting: [{ what: "rollback" }, { what: "usr-overlay", persistent: false }],
    },
  });
  expect(hazard?.advice).toMatch(/rpm-ostree reset.*rollback is queued.*usr-overlay/);
});

test("a read-only overlay changes nothing", () => {
  expect(hazardOf({ usrOverlay: { accessMode: "readOnly", persistence: "transient" } })?.status).toBe("absent");
});

test("a live medium says nothing of the system that is installed", () => {
  const hazard = hazardOf({ readOnly: true, rollbackQueued: true }, { facts: { packages: ["htop"] } });
  expect(hazard).toMatchObject({ status: "unknown", severity: "block", needs: [{ fact: "host" }] });
  expect(hazard?.advice).toContain("live medium");
});
