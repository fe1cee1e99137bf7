// The host's policy: the most specific section speaks for an image, then the transport, then the default.
import { expect, test } from "vitest";
import { hostPolicyFor } from "../../../../../policies/plan/hazards/host-policy.ts";

const open = [{ type: "insecureAcceptAnything" }];
const reject = [{ type: "reject" }];
const image = "ghcr.io/ublue-os/bazzite:stable";
const policy = (docker: object, fallback: object[] = reject) => ({ default: fallback, transports: { docker } });

test.each([
  { title: "the default", given: policy({}), is: { outcome: "asks", section: "default" } },
  { title: "the transport", given: policy({ "": open }), is: { outcome: "accepts", section: "docker" } },
  {
    title: "the namespace",
    given: policy({ "": open, "ghcr.io/ublue-os": reject }),
    is: { outcome: "asks", section: "ghcr.io/ublue-os" },
  },
  {
    title: "the repository before the namespace",
    given: policy({ "ghcr.io/ublue-os": reject, "ghcr.io/ublue-os/bazzite": open }),
    is: { outcome: "accepts", section: "ghcr.io/ublue-os/bazzite" },
  },
  {
    title: "the very image",
    given: policy({ [image]: reject, "ghcr.io/ublue-os/bazzite": open }),
    is: { outcome: "asks", section: image },
  },
  {
    title: "no other repository of the same beginning",
    given: policy({ "": open, "ghcr.io/ublue-os/bazz": reject }),
    is: { outcome: "accepts", section: "docker" },
  },
  { title: "open, though only by default", given: policy({}, open), is: { outcome: "accepts", section: "default" } },
  {
    title: "one requirement of two that asks",
    given: policy({ "ghcr.io": [...open, ...reject] }),
    is: { outcome: "asks", section: "ghcr.io" },
  },
  { title: "nothing that can be read", given: { transports: {} }, is: { outcome: "unreadable" } },
])("$title", ({ given, is }) => {
  expect(hostPolicyFor(given, image)).toMatchObject(is);
});
