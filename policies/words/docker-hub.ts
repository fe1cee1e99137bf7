// Docker Hub's names: one registry that policies and programs write in several ways.

/** `index.docker.io` is `docker.io`: hosts know no difference, so that no policy can make one. */
export function withHubHost(name: string): string {
  return name.replace(/^index\.docker\.io(?=\/|$)/, "docker.io");
}

/**
 * A scope of one word on Docker Hub is a namespace to hosts. The repository that is also written so is another to
 * them, of the library: `docker.io/library/WORD`. undefined: it is no such scope.
 */
export function libraryTwin(scope: string): string | undefined {
  const word = /^docker\.io\/([^/]+)$/.exec(withHubHost(scope))?.[1];
  return word === undefined || word === "library" ? undefined : `docker.io/library/${word}`;
}
