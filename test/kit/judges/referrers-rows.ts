// Ways in which registries answer who asks for referrers, and images whose signatures cosign finds by that answer, or not.
import { ociIndex } from "../registries/build-image.ts";
import type { ReferrersWay } from "../registries/referrers-front.ts";

/** `bundle`: alice's, under the fallback tag. `hidden`: her `.sig` tag, beside mallory's bundle under the fallback tag. */
export type ReferrersImage = "bundle" | "hidden";

export type ReferrersRow = {
  readonly id: string;
  readonly title: string;
  readonly image: ReferrersImage;
  readonly way: ReferrersWay;
  /** The fallback tag is not there when cosign verifies. */
  readonly hidesTag?: boolean;
};

const withParameter = `${ociIndex}; charset=utf-8`;

const statuses: readonly ReferrersRow[] = [400, 401, 403, 404, 405, 406, 410, 501].map((status) => ({
  id: `referrers-status-${status}`,
  title: `a bundle under the fallback tag; the API answers ${status}`,
  image: "bundle",
  way: { way: "status", status },
}));

export const referrersRows: readonly ReferrersRow[] = [
  {
    id: "referrers-no-api",
    title: "a bundle under the fallback tag of a registry without the API",
    image: "bundle",
    way: { way: "pass" },
  },
  {
    id: "referrers-tag-beside-api",
    title: "a bundle under the fallback tag alone, beside an API that answers without it",
    image: "bundle",
    way: { way: "page", lists: "nothing" },
  },
  {
    id: "referrers-both",
    title: "a bundle by the API and under the fallback tag",
    image: "bundle",
    way: { way: "page", lists: "all" },
  },
  {
    id: "referrers-api",
    title: "a bundle by the API alone",
    image: "bundle",
    way: { way: "page", lists: "all" },
    hidesTag: true,
  },
  {
    id: "referrers-second-page",
    title: "a bundle on the API's second page",
    image: "bundle",
    way: { way: "page", lists: "all", next: true },
    hidesTag: true,
  },
  {
    id: "referrers-second-page-both",
    title: "a bundle on the API's second page and under the fallback tag",
    image: "bundle",
    way: { way: "page", lists: "all", next: true },
  },
  {
    id: "referrers-type-parameter",
    title: "a bundle by an API whose content type has a parameter",
    image: "bundle",
    way: { way: "page", lists: "all", type: withParameter },
    hidesTag: true,
  },
  {
    id: "referrers-type-parameter-tag",
    title: "a bundle under the fallback tag, beside an API whose content type has a parameter",
    image: "bundle",
    way: { way: "page", lists: "nothing", type: withParameter },
  },
  {
    id: "referrers-broken-entry",
    title: "a bundle by an API that lists a digest that is none",
    image: "bundle",
    way: {
      way: "page",
      lists: "all",
      more: [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest: "sha256:short", size: 2 }],
    },
  },
  {
    id: "referrers-broken-annotation",
    title: "a bundle by an API that lists an annotation that is no text",
    image: "bundle",
    way: {
      way: "page",
      lists: "all",
      more: [
        {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: `sha256:${"0".repeat(64)}`,
          size: 2,
          annotations: { number: 5 },
        },
      ],
    },
  },
  {
    id: "referrers-other-algorithm",
    title: "a bundle by an API that lists a digest by SHA-512",
    image: "bundle",
    way: {
      way: "page",
      lists: "all",
      more: [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha512:${"0".repeat(128)}`, size: 2 }],
    },
  },
  {
    id: "referrers-quay-none",
    title: "a bundle under the fallback tag; the API says MANIFEST_INVALID, Quay's word for none",
    image: "bundle",
    way: { way: "status", status: 400, code: "MANIFEST_INVALID" },
  },
  ...statuses,
  {
    id: "referrers-web-page",
    title: "a bundle under the fallback tag; a web page is where the API would be",
    image: "bundle",
    way: { way: "web" },
  },
  {
    id: "referrers-web-elsewhere",
    title: "a bundle under the fallback tag; the API leads to a web page of another host, as GHCR's did",
    image: "bundle",
    way: { way: "web", elsewhere: true },
  },
  {
    id: "referrers-stranger-no-api",
    title: "the .sig tag, and a stranger's bundle under the fallback tag of a registry without the API",
    image: "hidden",
    way: { way: "pass" },
  },
  {
    id: "referrers-stranger-beside-api",
    title: "the .sig tag, and a stranger's bundle under the fallback tag alone, beside an API that answers without it",
    image: "hidden",
    way: { way: "page", lists: "nothing" },
  },
  {
    id: "referrers-stranger-refused",
    title: "the .sig tag, and a stranger's bundle under the fallback tag; the API answers 405",
    image: "hidden",
    way: { way: "status", status: 405 },
  },
];
