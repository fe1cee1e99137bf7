// Versions of TUF's metadata: what has none is older than everything.
import { expect, test } from "vitest";
import { metadataVersion } from "../../../../worker/trust-root/metadata-version.ts";

test.each([
  { text: '{"signed":{"version":13}}', version: 13 },
  { text: '{"signed":{"version":"13"}}', version: 0 },
  { text: '{"signed":null}', version: 0 },
  { text: "{", version: 0 },
  { text: "", version: 0 },
])("$text is version $version", ({ text, version }) => {
  expect(metadataVersion(text)).toBe(version);
});
