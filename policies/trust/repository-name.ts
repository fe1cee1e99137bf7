// Repository names as signatures write them: Docker Hub has several, all others are compared as they are.

/** Names of one registry: cosign writes the name of its API (pkg/oci/remote), Docker's client the third. */
const dockerHub: readonly string[] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/** `index.docker.io/busybox` and `docker.io/library/busybox` are one repository. */
export function normalRepository(repository: string): string {
  const slash = repository.indexOf("/");
  const host = repository.slice(0, slash);
  if (!dockerHub.includes(host)) return repository;
  const path = repository.slice(slash + 1);
  return `docker.io/${path.includes("/") ? path : `library/${path}`}`;
}
