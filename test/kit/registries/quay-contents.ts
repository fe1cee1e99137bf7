// What a Quay holds: repositories, and for each tag the rows of its history.
import type { BuiltManifest } from "./build-image.ts";
import { createContents, type RegistryContents } from "./registry-contents.ts";

export type QuayRow = {
  readonly name: string;
  readonly digest: string;
  readonly startS: number;
  /** null while alive without an end that was set. */
  endS: number | null;
  readonly reversion: boolean;
  readonly isList: boolean;
  readonly children: readonly string[];
};

export type QuayRepository = {
  readonly path: string;
  description: string | null;
  isPublic: boolean;
  kind: "image" | "application";
  state: "NORMAL" | "READ_ONLY" | "MIRROR" | "MARKED_FOR_DELETION" | "ORG_MIRROR";
  popularity: number;
  readonly rows: QuayRow[];
};

export type QuayContents = {
  readonly registry: RegistryContents;
  readonly repositories: Map<string, QuayRepository>;
  add(path: string, more?: Partial<Omit<QuayRepository, "path" | "rows">>): QuayRepository;
  /** Pushes under a tag: what the tag named until then ends. */
  push(path: string, manifest: BuiltManifest, tag: string, atS: number, reversion?: boolean): void;
  /** Ends a tag, or sets the time at which it will: only the old row changes, no new one comes. */
  end(path: string, tag: string, endS: number): void;
  remove(path: string): void;
  /** The rows that are alive. */
  alive(repository: QuayRepository): readonly QuayRow[];
};

export function createQuayContents(nowS: () => number): QuayContents {
  const registry = createContents();
  const repositories = new Map<string, QuayRepository>();

  function isAlive(row: QuayRow): boolean {
    return row.endS === null || row.endS > nowS();
  }

  function add(path: string, more: Partial<Omit<QuayRepository, "path" | "rows">> = {}): QuayRepository {
    const known = repositories.get(path) ?? {
      path,
      description: null,
      isPublic: true,
      kind: "image",
      state: "NORMAL",
      popularity: 0,
      rows: [],
    };
    const repository: QuayRepository = Object.assign(known, more);
    repositories.set(path, repository);
    return repository;
  }

  return {
    registry,
    repositories,
    add,
    push(path, manifest, tag, atS, reversion = false) {
      const { rows } = add(path);
      registry.push(path, manifest, tag);
      for (const row of rows) if (row.name === tag && isAlive(row)) row.endS = atS;
      const children = manifest.children.map(({ digest }) => digest);
      const isList = manifest.children.length > 0;
      rows.push({ name: tag, digest: manifest.digest, startS: atS, endS: null, reversion, isList, children });
    },
    end(path, tag, endS) {
      for (const row of repositories.get(path)?.rows ?? []) if (row.name === tag && isAlive(row)) row.endS = endS;
    },
    remove(path) {
      repositories.delete(path);
      registry.remove(path);
    },
    alive: (repository) => repository.rows.filter(isAlive),
  };
}
