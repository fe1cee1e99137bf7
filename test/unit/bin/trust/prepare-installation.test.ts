// Preparing an installation: files that the host's skopeo cannot read are never installed.
import { expect, test } from "vitest";
import { prepareInstallation } from "../../../../bin/trust/prepare-installation.ts";
import { planOf, signedByAlice } from "../../policies/plan/signed-plan.ts";
import { key, policy } from "../../policies/trust/trust-builders.ts";
import { hostFolder } from "./host-folder.ts";

const one = planOf(signedByAlice);
const several = planOf({ ...signedByAlice, trust: [policy([key("alice"), key("bob")])] });
const prepare = (plan: typeof one, skopeo: string | null) => {
  const folder = hostFolder();
  return prepareInstallation({ folder: folder.path }, plan, () => 0, skopeo);
};

test("several keys are a list, which skopeo before 1.17 makes the reason to refuse every pull", async () => {
  await expect(prepare(several, "1.14.3")).rejects.toThrow(
    "this host has skopeo 1.14.3, and skopeo 1.17 is the first that pulls by these files: nothing was installed",
  );
  expect(await prepare(several, "1.17.0")).toMatchObject({ mayBeUnreadable: false });
  expect(await prepare(several, null)).toMatchObject({ mayBeUnreadable: true });
});

test("one key is read by every skopeo that checks a policy for bootc", async () => {
  expect(await prepare(one, "1.14.3")).toMatchObject({ mayBeUnreadable: false });
  expect(await prepare(one, null)).toMatchObject({ mayBeUnreadable: false });
  await expect(prepare(one, "1.12.0")).rejects.toThrow("skopeo 1.13 is the first");
});

test("a version that names none is as good as not known", async () => {
  expect(await prepare(several, "new")).toMatchObject({
    mayBeUnreadable: true,
    installation: { readFrom: "skopeo 1.17" },
  });
});
