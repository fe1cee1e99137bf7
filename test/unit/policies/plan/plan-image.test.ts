// Plan images: rows become what a plan needs, and layers are read from the manifests that came with them.
import { describe, expect, test } from "vitest";
import { planImage, type StoredEntry, type StoredImage } from "../../../../policies/plan/plan-image.ts";
import { bytesOf, index, layer, manifest } from "../images/document-builders.ts";
import { digest, facts } from "./plan-builders.ts";

function stored(change: Partial<StoredImage> = {}): StoredImage {
  const nothing = { annotations: null, bytes: null, firstSeenAt: 1, observedAt: null, entries: [] };
  return { digest: digest(1), kind: "image", facts: facts(), ...nothing, ...change };
}

function row(change: Partial<StoredEntry> = {}): StoredEntry {
  const platform = { os: "linux", architecture: "amd64", variant: null };
  return { digest: digest(2), ...platform, role: "image", zstd: false, facts: null, bytes: null, ...change };
}

describe("planImage", () => {
  test("reads the layers of a manifest that came along", () => {
    const bytes = bytesOf(manifest({ layers: [layer(5)] }));
    expect(planImage(stored({ bytes })).layers).toEqual([{ digest: digest(5), sizeBytes: 50 }]);
    expect(planImage(stored()).layers).toBeNull();
  });

  test("reads no layers from what is no manifest of layers", () => {
    expect(planImage(stored({ bytes: bytesOf(index()) })).layers).toBeNull();
    expect(planImage(stored({ bytes: bytesOf("{") })).layers).toBeNull();
  });

  test("keeps the entries that may be pulled, in their order, each with its layers", () => {
    const entries = [
      row({ role: "attestation", digest: digest(3) }),
      row({ digest: digest(4), variant: "v3" }),
      row({ digest: digest(5), os: null, architecture: null }),
      row({ digest: digest(6), bytes: bytesOf(manifest({ layers: [layer(7)] })), zstd: true }),
      row({ role: "index", digest: digest(8) }),
      row({ role: "unknown", digest: digest(9) }),
    ];
    expect(planImage(stored({ kind: "index", facts: null, entries })).entries).toEqual([
      {
        digest: digest(4),
        platform: { os: "linux", architecture: "amd64", variant: "v3" },
        zstd: false,
        facts: null,
        layers: null,
      },
      { digest: digest(5), platform: null, zstd: false, facts: null, layers: null },
      {
        digest: digest(6),
        platform: { os: "linux", architecture: "amd64", variant: null },
        zstd: true,
        facts: null,
        layers: [{ digest: digest(7), sizeBytes: 70 }],
        builder: null,
      },
    ]);
  });

  test("was observed when it was last looked at, else when it was first seen", () => {
    expect(planImage(stored({ observedAt: 5 })).observedAt).toBe(5);
    expect(planImage(stored()).observedAt).toBe(1);
    expect(planImage(stored({ firstSeenAt: null })).observedAt).toBeNull();
  });
});
