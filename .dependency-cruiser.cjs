// Who may import whom: the design's layers as rules. `npm run check:layers` fails on the first import that breaks one.
const ours = "^(policies|db|worker|server|openapi|bin|test|deploy)/";

/** Node's modules that reach the outside; with and without the `node:` prefix, and their sub-paths. */
const outside = (...names) => `^(node:)?(${names.join("|")})($|/)`;

const network = ["http", "https", "http2", "net", "tls", "dgram", "dns", "child_process", "cluster", "worker_threads"];

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "A circle of imports has no first file to run. (One closed by an `import type` does not exist at run time.)",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "nothing-missing",
      comment: "An import that does not resolve.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "policies-import-policies-alone",
      comment: "policies/ holds pure decisions: nothing of ours but itself.",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: ours, pathNot: "^policies/" },
    },
    {
      name: "policies-read-no-files",
      comment: "Only the loader of the documents reads files.",
      severity: "error",
      from: { path: "^policies/", pathNot: "^policies/documents/(load-folder|folder-files)\\.ts$" },
      to: { path: outside("fs", "os", "process", "timers", "perf_hooks", "async_hooks", "sqlite") },
    },
    {
      name: "policies-have-no-network",
      comment: "No network, process or thread in a decision, nor in the loader.",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: outside(...network) },
    },
    {
      name: "policies-use-libraries-without-io",
      comment: "No HTTP client, database or logger under a decision.",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: "node_modules/(undici|pg|better-sqlite3|drizzle-orm|hono|@hono|pino|openapi-fetch)/" },
    },
    {
      name: "db-imports-policies-for-types",
      comment: "db/ remembers; it decides nothing. `import type` only.",
      severity: "error",
      from: { path: "^db/" },
      to: { path: "^policies/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "db-imports-no-upper-layer",
      comment: "db/ knows nobody who uses it.",
      severity: "error",
      from: { path: "^db/" },
      to: { path: ours, pathNot: "^(db|policies)/" },
    },
    {
      name: "worker-imports-policies-and-db",
      comment: "worker/ and server/ never know each other: any number of either runs alone.",
      severity: "error",
      from: { path: "^worker/" },
      to: { path: ours, pathNot: "^(worker|db|policies)/" },
    },
    {
      name: "server-imports-policies-and-db",
      comment: "worker/ and server/ never know each other: any number of either runs alone.",
      severity: "error",
      from: { path: "^server/" },
      to: { path: ours, pathNot: "^(server|db|policies)/" },
    },
    {
      name: "client-imports-nothing-of-the-service",
      comment: "The client is made from the document alone: a stranger could take the folder with them.",
      severity: "error",
      from: { path: "^openapi/", pathNot: "^openapi/generate\\.ts$" },
      to: { path: ours, pathNot: "^openapi/" },
    },
    {
      name: "one-http-client",
      comment: "What goes out goes through the guarded client: only it, and the registry client on it, see undici.",
      severity: "error",
      from: { path: "^(policies|db|worker|server|openapi|bin|deploy)/", pathNot: "^worker/(http|registry)/" },
      to: { path: "node_modules/undici/" },
    },
    {
      name: "no-raw-sockets",
      comment: "Requests by http, https or tls would go round the guard. (server/ may listen.)",
      severity: "error",
      from: { path: "^(db|worker|openapi)/", pathNot: "^worker/http/" },
      to: { path: outside("http", "https", "http2", "net", "tls", "dgram") },
    },
    {
      name: "bin-stands-above-all",
      comment: "Only bin/ puts server and worker together; nothing is built on the command line.",
      severity: "error",
      from: { path: "^(policies|db|worker|server|openapi)/", pathNot: "^openapi/generate\\.ts$" },
      to: { path: "^(bin|deploy)/" },
    },
    {
      name: "nothing-imports-tests",
      comment: "Fakes and builders stay out of the program.",
      severity: "error",
      from: { path: "^(policies|db|worker|server|openapi|bin|deploy)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-development-dependencies",
      comment: "What the program imports is installed with it.",
      severity: "error",
      from: {
        path: "^(policies|db|worker|server|openapi|bin)/",
        pathNot: "^openapi/generate\\.ts$|^bin/write-|/drizzle\\.config\\.ts$",
      },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage)/" },
    // Also imports that TypeScript drops: `import type` is what separates db/ from policies/.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["node", "import", "types", "default"] },
  },
};
