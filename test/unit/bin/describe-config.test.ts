// Printing the configuration: complete, with where values come from, and without secrets.
import { expect, test } from "vitest";
import { readConfig, settings, Words } from "../../../bin/config.ts";
import { configurationPage, describeConfig, describeSettings } from "../../../bin/describe-config.ts";
import { fixedLimits } from "../../../bin/limits.ts";
import { maskUrl } from "../../../bin/mask-url.ts";

const secret = readConfig({
  SIGNALBOX_DATABASE_URL: "postgres://user:hunter2@127.0.0.1/catalog",
  SIGNALBOX_HTTP_ATTEMPTS: "2",
  SIGNALBOX_HTPP_ATTEMPTS: "3",
});

test("every setting is printed with its value and where that comes from", () => {
  const described = describeSettings(secret);
  expect(described.map(({ variable }) => variable)).toEqual([
    ...Object.keys(Words.shape),
    ...settings.map(({ variable }) => variable),
    ...fixedLimits.map(() => null),
  ]);
  expect(described.find(({ name }) => name === "http.attempts")).toMatchObject({
    value: 2,
    default: 4,
    unit: "count",
    from: "environment",
  });
  expect(described.find(({ name }) => name === "http.redirects")).toMatchObject({ value: 5, from: "default" });
});

test("JSON is for programs and text for people, and neither tells a password", () => {
  const [json, text] = [describeConfig(secret, { json: true }), describeConfig(secret, { json: false })];
  expect(JSON.parse(json)).toEqual({
    settings: describeSettings(secret),
    unknownVariables: ["SIGNALBOX_HTPP_ATTEMPTS"],
  });
  expect(text).toContain("SIGNALBOX_HTTP_ATTEMPTS=2   # set; the default is 4");
  expect(text).toContain("# SIGNALBOX_HTPP_ATTEMPTS is set and is no setting of signalbox");
  expect(text).toContain("SIGNALBOX_DATABASE_URL=postgres://user:***@127.0.0.1/catalog");
  expect(json + text).not.toContain("hunter2");
});

test("the page of the documentation names every variable and nothing of this machine", () => {
  const page = configurationPage();
  for (const { variable } of settings) expect(page).toContain(`\`${variable}\``);
  for (const variable of Object.keys(Words.shape)) expect(page).toContain(`\`${variable}\``);
  expect(page).not.toContain(import.meta.dirname.replace(/\/test\/.*/, ""));
});

test.each([
  ["postgres://user:hunter2@host/name", "postgres://user:***@host/name"],
  ["postgres://user:hun/ter2@host/name", "postgres://user:***@host/name"],
  ["postgres://user:hun?ter2@host/name", "postgres://user:***@host/name"],
  ["postgres://user:hun@ter2@host/name", "postgres://user:***@host/name"],
  ["postgres:user:hunter2@host/name", "postgres:user:***@host/name"],
  ["postgres://host/name?user=a&password=hunter2&x=y", "postgres://host/name?user=a&password=***&x=y"],
  ["postgres://user@host:5432/name", "postgres://user@host:5432/name"],
  ["postgres://host:5432/name", "postgres://host:5432/name"],
  ["https://catalog.example", "https://catalog.example"],
  ["file:data/a:b@c.db", "file:data/a:b@c.db"],
  ["/var/lib/a:b@c.db", "/var/lib/a:b@c.db"],
])("%s is printed as %s", (url, printed) => {
  expect(maskUrl(url)).toBe(printed);
});
