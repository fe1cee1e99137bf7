// The configuration: defaults, what each variable takes, every mistake at once, and nothing secret in print.
import { describe, expect, test } from "vitest";
import { ConfigError, ordered, readConfig, settings, Words } from "../../../bin/config.ts";

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("readConfig", () => {
  test("needs nothing", () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 8080,
      publicUrl: null,
      databaseUrl: "file:data/signalbox.db",
      log: { level: "info" },
      given: [],
      unknownVariables: [],
    });
    expect(config.policiesFolder).toMatch(/\/policies\/default$/);
    expect(config.registry.manifestBytes).toBe(4_194_304);
  });

  test("takes a number of every limit from its own variable", () => {
    for (const { section, name, variable, setting } of settings) {
      const value = setting.fallback < setting.max ? setting.fallback + 1 : setting.fallback - 1;
      const config = readConfig({ [variable]: String(value) });
      expect({ [variable]: (config[section] as Record<string, number>)[name] }).toEqual({ [variable]: value });
    }
  });

  test("counts an empty variable as unset", () => {
    expect(readConfig({ PORT: "", SIGNALBOX_PUBLIC_URL: "" })).toMatchObject({
      port: 8080,
      publicUrl: null,
      given: [],
    });
  });

  test("tells every mistake, each with its variable", () => {
    const mistakes = mistakesOf({
      HOST: "a b",
      PORT: "65536",
      LOG_LEVEL: "loud",
      SIGNALBOX_DATABASE_URL: "mysql://x/y",
      SIGNALBOX_HTTP_ATTEMPTS: "three",
      SIGNALBOX_WORKER_LEASE_MS: "-5",
    });
    for (const variable of [
      "HOST",
      "PORT",
      "LOG_LEVEL",
      "SIGNALBOX_DATABASE_URL",
      "SIGNALBOX_HTTP_ATTEMPTS",
      "SIGNALBOX_WORKER_LEASE_MS",
    ]) {
      expect(mistakes.filter((mistake) => mistake.startsWith(`${variable} `))).toHaveLength(1);
    }
    expect(mistakes).toHaveLength(6);
  });

  test.each([
    ["PORT", "0"],
    ["PORT", "65535"],
    ["HOST", "::"],
    ["HOST", "signalbox.example"],
    ["SIGNALBOX_PUBLIC_URL", "https://catalog.example/base"],
    ["SIGNALBOX_DATABASE_URL", "postgres://user:secret@127.0.0.1:5432/catalog"],
    ["SIGNALBOX_DATABASE_URL", "postgresql:///catalog?host=/run/postgresql"],
    ["SIGNALBOX_DATABASE_URL", "/var/lib/signalbox/catalog.db"],
    ["SIGNALBOX_DATABASE_URL", "file:catalog.db"],
  ])("takes %s=%s", (variable, value) => {
    expect(mistakesOf({ [variable]: value })).toEqual([]);
  });

  test.each([
    ["PORT", "80a"],
    ["PORT", "-1"],
    ["HOST", "127.0.0.1/8"],
    ["SIGNALBOX_PUBLIC_URL", "ftp://catalog.example"],
    ["SIGNALBOX_PUBLIC_URL", "https://user:secret@catalog.example"],
    ["SIGNALBOX_PUBLIC_URL", "https://catalog.example/?a=b"],
    ["SIGNALBOX_PUBLIC_URL", "catalog.example"],
    ["SIGNALBOX_DATABASE_URL", "file:"],
    ["SIGNALBOX_DATABASE_URL", "postgres://host.example"],
    ["SIGNALBOX_HTTP_DEADLINE_MS", "1e9"],
    ["SIGNALBOX_HTTP_DEADLINE_MS", "0x10"],
    ["SIGNALBOX_HTTP_DEADLINE_MS", "1.5"],
  ])("refuses %s=%s", (variable, value) => {
    const mistakes = mistakesOf({ [variable]: value });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(variable);
  });

  test("does not repeat a secret in a mistake", () => {
    const text = mistakesOf({
      SIGNALBOX_DATABASE_URL: "mysql://user:hunter2@host/name",
      SIGNALBOX_PUBLIC_URL: "https://user:hunter2@catalog.example",
    }).join("\n");
    expect(text).not.toBe("");
    expect(text).not.toContain("hunter2");
  });

  test("refuses limits that contradict each other", () => {
    expect(mistakesOf({ SIGNALBOX_HTTP_DEADLINE_MS: "1000", SIGNALBOX_HTTP_HEADERS_TIMEOUT_MS: "2000" })).toContain(
      "SIGNALBOX_HTTP_HEADERS_TIMEOUT_MS (2000) must not be above SIGNALBOX_HTTP_DEADLINE_MS (1000)",
    );
  });

  test("takes slashes off the end of the public address", () => {
    expect(readConfig({ SIGNALBOX_PUBLIC_URL: "https://catalog.example/base//" }).publicUrl).toBe(
      "https://catalog.example/base",
    );
  });

  test("names variables that are most likely slips", () => {
    expect(readConfig({ SIGNALBOX_HTPP_ATTEMPTS: "3", OTHER: "x" }).unknownVariables).toEqual([
      "SIGNALBOX_HTPP_ATTEMPTS",
    ]);
  });
});

describe("the table of limits", () => {
  test("has a default within its range and a documentation for each", () => {
    for (const { variable, setting } of settings) {
      expect({ variable, ok: setting.fallback >= setting.min && setting.fallback <= setting.max }).toEqual({
        variable,
        ok: true,
      });
      expect(setting.documentation.length).toBeGreaterThan(15);
    }
    for (const schema of Object.values(Words.shape)) expect(schema.description).toBeTruthy();
  });

  test("says its unit in the name", () => {
    const endings = { ms: /Ms$/, bytes: /[bB]ytes$/, "bytes/s": /BytesPerSecond$/, "requests/s": /equestsPerSecond$/ };
    for (const { name, setting } of settings) {
      if (setting.unit === "count") expect(name).not.toMatch(/Ms$|Bytes$|Second$/);
      else expect(name).toMatch(endings[setting.unit]);
    }
  });

  test("orders only limits that exist", () => {
    const variables = new Set(settings.map(({ variable }) => variable));
    expect(ordered.flat().filter((variable) => !variables.has(variable))).toEqual([]);
  });

  test("gives each limit a variable of its own", () => {
    const variables = settings.map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toContain("SIGNALBOX_HTTP_CONNECT_TIMEOUT_MS");
  });
});
