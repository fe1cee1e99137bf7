// The examples of contract.md, section 1, as they stand there; only the ellipsis of the digest is filled in.

import type { Files } from "./folder.ts";
import { ecKey } from "./keys.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

export function contractExamples(fedoraKey: Uint8Array): Files {
  return {
    "trust/keys/ublue-os.pub": ecKey("prime256v1").publicKey,
    "trust/keys/RPM-GPG-KEY-fedora-45-primary": fedoraKey,
    "registries/quay.yaml": `# registries/quay.yaml
- host: quay.io
  dialect: quay            # oci | quay: quay adds Quay's REST API for discovery, tag history, popularity and scan results
  requestsPerSecond: 4     # all of this host's paths together; burst at most twice that; default 10
- host: 127.0.0.1:5000
  dialect: oci
  plainHttp: true          # loopback alone; anywhere else it also needs allowPlainHttp: true
  credentials: { username: ALICE_USER, password: ALICE_PASS, realm: "https://auth.example" }
                           # names of environment variables, never values
  visibility: private      # public | private
- layout: ./mirror         # (in place of a dialect) relative to this file
  host: mirror.example     # the OCI image layout in ./mirror/a/b
  mirrorOf: quay.io/fedora # optional, for any registry
`,
    "sources/fedora.yaml": `# sources/fedora.yaml
- id: fedora-bootc
  registry: quay.io                        # must be declared under registries/
  repositories: [fedora/fedora-bootc]      # or: namespace: fedora, include: ["fedora-*"], exclude: [...]
  kind: base                               # base | edition | spin | remix
  official: true                           # made by the distribution itself; default false
  distribution: fedora                     # os-release ID of the family it belongs to
  project: fedora-bootc
  confirmed: true                          # false: taken from documents, not yet seen in the registry
  tags:
    channels: ["42", "43", "44", rawhide, latest]     # names or patterns
    default: "44"                          # the channel a listing speaks of; default: latest, else the first
    ignore: ["*.qcow2", "pr-*"]            # wins over channels
  facets: { desktop: none, use: [container-host, develop] }
  facetPatterns:
    - { match: "*-nvidia-open", set: { hardware: nvidia-open } }
    - { tag: "*-gnome", set: { desktop: gnome } }
`,
    "trust/ublue.yaml": `# trust/ublue.yaml
- id: universal-blue
  scopes: [ghcr.io/ublue-os]               # a registry, namespace or repository
  signature: required                      # required (default) | expected
  threshold: 1                             # default 1
  signers:
    - id: ublue-2024
      key: keys/ublue-os.pub               # PEM, path relative to this file
      validFrom: 2024-07-02T00:00:00Z
      validUntil: null
      revoked: null                        # { at: TIME, reason: compromised | superseded }
      role: primary                        # primary | backup | retired
    - id: ublue-ci
      identity: { issuer: "https://token.actions.githubusercontent.com", subject: "https://github.com/ublue-os/bazzite/.github/workflows/*.yml@refs/heads/main" }
      trustRoot: public-good               # public-good | a path to a trusted_root.json
    - id: fedora-45
      openpgp: keys/RPM-GPG-KEY-fedora-45-primary
      lookaside: https://builds.coreos.fedoraproject.org/prod/signatures/oci
  transparencyLog: optional                # required | optional (default), for signatures by keys
  attestations:
    - predicateType: https://slsa.dev/provenance/v1
      signers: [ublue-ci]
      sourceRepository: "https://github.com/ublue-os/*"          # compared after git+, @… and .git are stripped
      builder: "https://github.com/*/*/.github/workflows/*@refs/*/*"
      required: false
`,
    "projects/bazzite.yaml": `# projects/bazzite.yaml
- id: bazzite
  name: Bazzite
  summary: Gaming remix for desktops and handhelds
  homepage: https://bazzite.gg
  source: [{ url: "https://github.com/ublue-os/bazzite", forge: github }]   # forge: github | gitlab | forgejo | git
  maintainersFile: CODEOWNERS
  affiliations: [{ domain: redhat.com, organization: Red Hat }]
  repositories: { ghcr.io/ublue-os/old-name: { deprecated: 2026-05-01, successor: ghcr.io/ublue-os/bazzite, rollbacks: [{ tag: stable, digest: "${digest}" }] } }
  successor: null
`,
    "releases/fedora.yaml": `# releases/fedora.yaml
- { os: fedora, version: "44", released: 2026-04-14, endOfLife: 2027-05-12, source: "https://…", confirmed: false }
`,
  };
}
