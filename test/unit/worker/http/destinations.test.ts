// Which URLs may be asked, before any name is resolved.
import { describe, expect, test } from "vitest";
import { judgeDestination } from "../../../../worker/http/destinations.ts";
import type { Destination } from "../../../../worker/http/http.ts";

const places: readonly Destination[] = [
  { origin: "https://quay.io", addresses: "any" },
  { origin: "http://127.0.0.1:5000", addresses: "loopback" },
  { origin: "http://10.1.2.3:5000", addresses: "any" },
  { origin: "http://10.1.2.4:5000", addresses: "loopback" },
  { origin: "https://[fd00::1]:8443", addresses: "any" },
];
const declared = new Map(places.map((place) => [place.origin, place]));

describe("judgeDestination", () => {
  test.each([
    ["https://quay.io/v2/", "admitted", "any"],
    ["https://quay.io:443/v2/", "admitted", "any"],
    ["https://QUAY.io/v2/", "admitted", "any"],
    ["https://quay.io:8443/v2/", "admitted", "public"],
    ["http://127.0.0.1:5000/v2/", "admitted", "loopback"],
    ["http://10.1.2.3:5000/v2/", "admitted", "any"],
    ["https://[fd00::1]:8443/", "admitted", "any"],
    ["https://cdn.example/blob", "admitted", "public"],
    ["https://1.1.1.1/", "admitted", "public"],
  ])("%s is admitted as %s to %s addresses", (url, outcome, addresses) => {
    expect(judgeDestination(new URL(url), declared)).toMatchObject({ outcome, addresses });
  });

  test.each([
    ["http://quay.io/v2/", "scheme-refused"],
    ["http://cdn.example/blob", "scheme-refused"],
    ["ftp://cdn.example/blob", "scheme-refused"],
    ["file:///etc/passwd", "scheme-refused"],
    ["https://user:secret@quay.io/", "scheme-refused"],
    ["https://user@cdn.example/", "scheme-refused"],
    ["http://127.0.0.1:5001/", "address-refused"],
    ["https://127.0.0.1:5000/", "address-refused"],
    ["https://10.0.0.1/", "address-refused"],
    ["https://169.254.169.254/latest/", "address-refused"],
    ["http://169.254.169.254/latest/", "address-refused"],
    ["https://[::1]/", "address-refused"],
    ["https://[::ffff:127.0.0.1]/", "address-refused"],
    ["https://0x7f.1/", "address-refused"],
    ["https://2130706433/", "address-refused"],
    ["https://0/", "address-refused"],
    ["http://10.1.2.4:5000/", "address-refused"],
  ])("%s: %s", (url, outcome) => {
    expect(judgeDestination(new URL(url), declared).outcome).toBe(outcome);
  });
});
