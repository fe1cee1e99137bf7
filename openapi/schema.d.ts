// The types of the API, made from openapi.json by `npm run openapi`: not edited by hand.
export interface paths {
    "/api/v1/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The switch plan of a reference
         * @description The digest, what is known of its trust and lifecycle, hazards, the decision and the commands. Of a tag that nobody has looked at yet the worker is told, and the question waits a few seconds for it.
         */
        get: operations["resolve"];
        put?: never;
        /**
         * The switch plan for a host
         * @description The architecture comes from the host, else from `arch`. What is sent is neither stored nor logged; the answer is kept in memory for minutes, under a digest of the whole question.
         */
        post: operations["resolveForHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resolve/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch plans for a fleet
         * @description At most 1000 questions, each as in `POST /resolve`. No item waits for the worker.
         */
        post: operations["resolveBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an image was built on, and who builds on it
         * @description The reference is read, and refused, as by `/resolve`.
         */
        get: operations["getLineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an image was built on, by its digest
         * @description As `/lineage` of `repository@digest`, by what the catalog holds already. Without `repository` it is taken as an image of the likeliest of those that hold it: official ones first, then bases, then the first that was seen to.
         */
        get: operations["getImageLineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search with facets
         * @description All filters are wanted; a filter that stands several times wants any of its values. Any other facet of the catalog is a filter too, by its key.
         */
        get: operations["listRepositories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repository": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One repository with its channels */
        get: operations["getRepository"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repository/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tags of a repository, by name */
        get: operations["listTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repository/tags/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which digest a tag was, from when to when
         * @description The newest first. What was removed keeps its history.
         */
        get: operations["listTagHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/renovate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A base image's channels for Renovate
         * @description The answer of Renovate's `custom` datasource: channels that are verified and do not block, each with its digest as it is now. A switch plan says of the others why they are left out.
         */
        get: operations["getRenovateReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/choices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The menu of an installer
         * @description The default channel of each repository that is verified, known to be bootable and not past its support. A hundred of them are at most 30 kB, unless their references are very long. What nobody declares a use of stands last.
         */
        get: operations["listChoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One image by its digest */
        get: operations["getImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The manifest's bytes, as the registry sent them
         * @description Immutable: derived from the digest's bytes alone.
         */
        get: operations["getImageManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/platforms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The entries of an index, in its order, or an image's own platform
         * @description Immutable: derived from the digest's bytes alone.
         */
        get: operations["getImagePlatforms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The labels of each platform's image, as they are
         * @description Immutable: derived from the digest's bytes alone.
         */
        get: operations["getImageLabels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/layers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The layers of each platform's image, with their compressed sizes
         * @description Immutable: derived from the digest's bytes alone.
         */
        get: operations["getImageLayers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who signed it, and whether they may speak for the repository now
         * @description Of exactly this digest: an index and each of its platforms' manifests are judged each for itself. Without `repository`: 400 with the `candidates`.
         */
        get: operations["getImageVerifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its signatures, in the order in which they were first seen */
        get: operations["listImageSignatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/attestations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its attestations, in the order in which they were first seen */
        get: operations["listImageAttestations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{digest}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything from which a stranger reaches the same verdict without a network
         * @description `signalbox verify --evidence FILE` does. It is bounded: bytes that do not fit are left out, the largest attestations first, and `unknown` names them.
         */
        get: operations["getImageEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/registries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The declared registries and how they are */
        get: operations["listRegistries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The declared sources and how fresh they are */
        get: operations["listSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source */
        get: operations["getSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The runs of a source, the newest first */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run, with what failed in it */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The change log, in the order of commits
         * @description A reader who follows the cursor misses none and sees none twice. With `Accept: text/event-stream` the answer goes on as events happen; `Last-Event-ID` wins over `after`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All documents in force */
        get: operations["getPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document */
        get: operations["getPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/trust/{id}/policy.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A trust policy as policy.json
         * @description For a host without a policy.json. It names keys under /etc/pki/containers and wants a file in registries.d: both are under `host-files`, which the `Link` header names. `signalbox trust install` puts all of them in place.
         */
        get: operations["getPolicyJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/trust/{id}/host-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files by which a host enforces a trust policy
         * @description Keys, a file for registries.d, and what to merge into the host's own policy.json.
         */
        get: operations["getHostFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the catalog can answer
         * @description 200 once policy documents are in force. `repositories`: how many can be found; null while the search index is being loaded, which questions to it wait for.
         */
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is here */
        get: operations["getDiscovery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Whether, and how, a host may switch to the target. A client that meets a verdict, decision or hazard it does not know treats it as `block`. */
        SwitchPlan: {
            target: {
                /** @example ghcr.io/ublue-os/bazzite:stable */
                ref: string;
                repository: string;
                /** @description Null: asked for by digest. */
                tag: string | null;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string;
                /** @enum {string} */
                pin: "tag" | "digest";
                platform: {
                    os: string | null;
                    architecture: string | null;
                    /** @description Null: none. */
                    variant: string | null;
                    /**
                     * @description The manifest that a host of this architecture deploys.
                     * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                     */
                    digest: string | null;
                    /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                    unknown?: {
                        /**
                         * @description The field that is null.
                         * @example kernel
                         */
                        field: string;
                        /**
                         * @description Why it is not known.
                         * @example the image was not inspected
                         */
                        reason: string;
                    }[];
                };
                /**
                 * @description What the image is for; `amd64/v3` matches no host of amd64.
                 * @example [
                 *       "amd64",
                 *       "arm64"
                 *     ]
                 */
                architectures: string[];
                version: string | null;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-20T10:00:00Z
                 */
                created: string | null;
                kernel: string | null;
                osRelease: {
                    id: string | null;
                    versionId: string | null;
                    /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                    unknown?: {
                        /**
                         * @description The field that is null.
                         * @example kernel
                         */
                        field: string;
                        /**
                         * @description Why it is not known.
                         * @example the image was not inspected
                         */
                        reason: string;
                    }[];
                };
                /**
                 * @description What a repository is, as curated in the policies.
                 * @example remix
                 * @enum {string|null}
                 */
                kind: "base" | "edition" | "spin" | "remix" | null;
                official: boolean | null;
                project: string | null;
                bootable: boolean | null;
                facets: {
                    [key: string]: string | string[];
                };
                /** @description The newer build that the tag named before. */
                olderThan: {
                    /**
                     * @description The content address of a manifest or blob.
                     * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                     */
                    digest: string;
                    version: string | null;
                    created: string | null;
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC.
                     * @example 2026-11-20T10:00:00Z
                     */
                    since: string;
                    /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                    unknown?: {
                        /**
                         * @description The field that is null.
                         * @example kernel
                         */
                        field: string;
                        /**
                         * @description Why it is not known.
                         * @example the image was not inspected
                         */
                        reason: string;
                    }[];
                } | null;
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            };
            trust: {
                /**
                 * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
                 * @enum {string}
                 */
                verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending";
                reasons: {
                    /** @description A stable word, such as NO_SIGNATURE. */
                    code: string;
                    /** @description One sentence for people. */
                    message: string;
                    evidence: {
                        [key: string]: unknown;
                    };
                }[];
                /** @description Index and platform judged each for itself; `index` is null where the tag names a manifest. */
                manifests: {
                    /**
                     * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
                     * @enum {string|null}
                     */
                    index: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending" | null;
                    /**
                     * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
                     * @enum {string}
                     */
                    platform: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending";
                };
                /** @description The trust policy's id; null: none speaks for the repository. */
                policy: string | null;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                policyDigest: string | null;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                trustRootDigest: string | null;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-20T10:00:00Z
                 */
                checkedAt: string | null;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-20T10:00:00Z
                 */
                recheckAt: string | null;
                signers: {
                    id: string | null;
                    /** @enum {string} */
                    type: "key" | "identity" | "openpgp";
                    fingerprint: string | null;
                    issuer: string | null;
                    subject: string | null;
                    format: string;
                    accepted: boolean;
                    logged: boolean;
                }[];
                consumers: {
                    cosign: components["schemas"]["Consumer"];
                    bootc: components["schemas"]["Consumer"];
                    podman: components["schemas"]["Consumer"];
                };
                /** @description Files that make a host enforce the signature; none where no host could. */
                hostFiles: {
                    path: string;
                    content: string;
                    merge?: boolean;
                }[];
                policyScope: {
                    [key: string]: unknown[];
                } | null;
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            };
            lifecycle: {
                level: string | null;
                deprecated: boolean;
                successor: string | null;
                /**
                 * @description A day.
                 * @example 2027-05-12
                 */
                endOfLife: string | null;
                /** @enum {string} */
                status: "retired" | "deprecated" | "ended" | "ends-soon" | "supported" | "unknown";
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            };
            /** @description What a host that has `from` still downloads, compressed. */
            delta: {
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                from: string | null;
                layersShared: number | null;
                layersNew: number | null;
                bytesShared: number | null;
                bytesNew: number | null;
                /** @description The most that it can be, where it is not known exactly. */
                estimate?: {
                    bytesNew: number;
                    method: string;
                };
                /** @description The room that it takes once it is unpacked, and how that was reckoned. */
                disk?: {
                    bytes: number;
                    method: string;
                };
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            };
            /** @enum {string} */
            hostHazards: "asked" | "not-asked";
            hazards: components["schemas"]["Hazard"][];
            /** @enum {string} */
            decision: "allow" | "warn" | "block";
            /**
             * @description The hazard ids and reason codes that decided.
             * @example [
             *       "PENDING"
             *     ]
             */
            decisionReasons: string[];
            /** @description Null members: the plan blocks, or `notes` say why the image cannot be deployed so. */
            commands: {
                bootc: string[] | null;
                rpmOstree: string[] | null;
                kickstart: string | null;
                cloudInit: string | null;
                ignition: string | null;
                /** @description The same for Butane, to which a machine's other settings can be added. */
                butane?: string | null;
                install: string[] | null;
                /** @description As `install`, into file systems that an installer has made and mounted. */
                installToFilesystem: string[] | null;
                /** @description The line of a kickstart that takes the place of its `bootc` where Anaconda has no such command. */
                ostreeContainer: string | null;
                /** @description bootc-image-builder: `command` reads `config` from ./config.toml. */
                imageBuilder: {
                    command: string[];
                    config: string;
                } | null;
                /** @description What there is to know before and after, in the order of the work. */
                notes: {
                    about: string;
                    text: string;
                }[] | null;
                /** @description Why the commands do not insist on a signature; null where they do, and where there are none. */
                notEnforced: string | null;
            };
            /**
             * Format: date-time
             * @description When the tag was last seen to name this digest.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        /** @description What that program itself does with the host files given out. */
        Consumer: {
            /** @enum {string} */
            verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending" | "not-enforceable";
            reasons: {
                /** @description A stable word, such as NO_SIGNATURE. */
                code: string;
                /** @description One sentence for people. */
                message: string;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description The first version that reads the files given; null where none does. */
            since: string | null;
            byVersion: {
                from: string | null;
                to: string | null;
                /** @enum {string} */
                verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending" | "not-enforceable";
            }[];
        };
        /** @description Something that can go wrong in this switch; an unknown one has the highest severity it could have. */
        Hazard: {
            /** @enum {string} */
            id: "architecture-mismatch" | "not-bootable" | "signature-not-enforceable" | "signer-not-trusted-by-host" | "user-group-drift" | "etc-merge" | "desktop-change" | "distribution-family-change" | "downgrade" | "backend-change" | "filesystem-unsupported" | "secure-boot-key" | "bootloader-mismatch" | "local-modifications" | "pinned-digest" | "stream-mismatch" | "target-unsupported" | "hardware-variant" | "host-policy-conflict" | "registry-authentication" | "bound-images" | "composefs-digest" | "download-size" | "kernel-arguments" | "first-boot-reboot";
            /** @enum {string} */
            severity: "block" | "warn" | "info";
            /** @enum {string} */
            status: "present" | "absent" | "unknown";
            title: string;
            advice: string;
            evidence: {
                [key: string]: unknown;
            };
            needs: {
                fact: string;
                command: string;
            }[];
            /** @description The page on which it is described. */
            source?: string;
        };
        /** @description A refusal (RFC 9457). Kinds have members of their own. */
        Problem: {
            /**
             * @description Names the kind; its end is stable.
             * @example /problems/unknown-reference
             */
            type: string;
            /** @example No such image is known */
            title: string;
            /** @example 404 */
            status: number;
            /**
             * @description What was wrong this time, and what to do.
             * @example no source declares quay.io/a/b
             */
            detail: string;
            /**
             * @description What was asked for.
             * @example /api/v1/resolve?ref=quay.io/a/b&arch=amd64
             */
            instance: string;
            /** @description The parameters or members that are wrong. */
            errors?: {
                field: string;
                message: string;
                /**
                 * @description Of a member of the body: where it stands (RFC 6901).
                 * @example #/facts/secureBoot
                 */
                pointer?: string;
            }[];
            /** @description Known references that look like the one that is not known. */
            candidates?: string[];
            /** @description When it was found to be gone. */
            removedAt?: string | null;
            /** @description What it was last. */
            lastDigest?: string | null;
            /** @description Where to go instead, if that is known. */
            successor?: string | null;
            /** @description Why the last look failed, if one did. */
            reason?: string | null;
            /** @description Since when the registry says, of a tag that it lists, that it has none. */
            since?: string;
            /** @description Why no host can be made to enforce a trust policy. */
            reasons?: {
                code: string;
                message: string;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
        };
        PlanQuestion: {
            /**
             * @description The reference.
             * @example ghcr.io/ublue-os/bazzite:stable
             */
            target: string;
            /** @description The output of `bootc status --format=json`, as it is. It is never stored or logged. */
            host?: {
                [key: string]: unknown;
            };
            /**
             * @description What else the host can tell of itself: filesystem, secureBoot, policyJson and others.
             * @example {
             *       "filesystem": "btrfs",
             *       "secureBoot": true
             *     }
             */
            facts?: {
                [key: string]: unknown;
            };
            /**
             * @description `amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those.
             * @example amd64
             */
            arch?: string;
            /**
             * @description The digest that is booted, of a host that does not say it itself; another one than the host says is refused.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            from?: string;
        };
        BatchAnswer: {
            /** @description In the order of the questions: a plan, or the problem that kept it from being made. */
            items: (components["schemas"]["SwitchPlan"] | components["schemas"]["Problem"])[];
            summary: {
                allow: number;
                warn: number;
                block: number;
                errors: number;
            };
        };
        BatchQuestion: {
            items: components["schemas"]["PlanQuestion"][];
        };
        Lineage: {
            /** @example ghcr.io/ublue-os/bazzite:stable */
            ref: string;
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @description The nearest first. Why they do not go on is in `unknown`, unless a distribution made the last. */
            bases: components["schemas"]["LineageBase"][];
            /** @description Repositories of which a tag now names something built on it, or on an earlier build of the tag. */
            derived: {
                /** @example ghcr.io/ublue-os/bazzite */
                repository: string;
                /**
                 * @description How it is known, the strongest first: signed provenance names it; an annotation of the image's own names its digest; its layers are the image's lowest; a label or a name without a digest says so. What a base said of itself and the image merely inherited counts for nothing.
                 * @enum {string}
                 */
                evidence: "provenance" | "annotation" | "layers" | "labels";
            }[];
            /** @description Labels that it has from its base, with the same value: they say nothing of itself. */
            inheritedLabels: string[] | null;
            /** @description The same of annotations. */
            inheritedAnnotations: string[] | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        LineageBase: {
            /** @example quay.io/fedora/fedora-bootc:44 */
            ref: string | null;
            /**
             * @description What it was built on; null: only a name is known.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string | null;
            /**
             * @description How it is known, the strongest first: signed provenance names it; an annotation of the image's own names its digest; its layers are the image's lowest; a label or a name without a digest says so. What a base said of itself and the image merely inherited counts for nothing.
             * @enum {string}
             */
            evidence: "provenance" | "annotation" | "layers" | "labels";
            /**
             * @description Whole days between its channel's first sight of this build and of its newest.
             * @example 3
             */
            lagDays: number | null;
            /**
             * @description Builds its channel named since.
             * @example 2
             */
            lagBuilds: number | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        RepositoryPage: {
            items: components["schemas"]["RepositoryItem"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
            /** @description How many repositories were found in all. */
            total: number;
            /** @description Given with `facets=true`. */
            facets?: components["schemas"]["Facet"][];
        };
        RepositoryItem: {
            /**
             * @description `host/path`.
             * @example ghcr.io/ublue-os/bazzite
             */
            name: string;
            /** @example ghcr.io */
            registry: string;
            /**
             * @description What a repository is, as curated in the policies.
             * @example remix
             * @enum {string}
             */
            kind: "base" | "edition" | "spin" | "remix";
            /** @description Made by the distribution itself. */
            official: boolean;
            /**
             * @description The os-release ID of its family; null: none is declared.
             * @example fedora
             */
            distribution: string | null;
            /**
             * @description Null: none is declared.
             * @example bazzite
             */
            project: string | null;
            /** @description False: taken from documents, not yet seen in the registry by a person. */
            confirmed: boolean;
            /** @example Bazzite */
            title: string | null;
            description: string | null;
            /**
             * @description What it is for, by the curated facets: desktop, hardware, stream, use and others.
             * @example {
             *       "desktop": [
             *         "kde"
             *       ],
             *       "use": [
             *         "gaming"
             *       ]
             *     }
             */
            facets: {
                [key: string]: string[];
            };
            /**
             * @example [
             *       "amd64"
             *     ]
             */
            architectures: string[];
            /**
             * @description The channel that the fields below speak of.
             * @example stable
             */
            defaultTag: string | null;
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string | null;
            /** @example 44.20260821 */
            version: string | null;
            /**
             * Format: date-time
             * @description When that channel's image was built.
             * @example 2026-11-20T10:00:00Z
             */
            updatedAt: string | null;
            /**
             * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
             * @enum {string}
             */
            verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending";
            /**
             * @description Its project's level.
             * @enum {string|null}
             */
            level: "sandbox" | "incubating" | "graduated" | "archived" | null;
            /** @description As its registry counts it. */
            popularity: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            popularityAsOf: string | null;
            /**
             * Format: date-time
             * @description The last complete look at it.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        /** @description How many repositories have each value, whatever is chosen of this facet itself; at most the 250 most frequent. */
        Facet: {
            /** @example desktop */
            key: string;
            options: {
                value: string;
                count: number;
            }[];
        };
        Repository: {
            /**
             * @description `host/path`.
             * @example ghcr.io/ublue-os/bazzite
             */
            name: string;
            /** @example ghcr.io */
            registry: string;
            /**
             * @description What a repository is, as curated in the policies.
             * @example remix
             * @enum {string}
             */
            kind: "base" | "edition" | "spin" | "remix";
            /** @description Made by the distribution itself. */
            official: boolean;
            /**
             * @description The os-release ID of its family; null: none is declared.
             * @example fedora
             */
            distribution: string | null;
            /**
             * @description Null: none is declared.
             * @example bazzite
             */
            project: string | null;
            /** @description False: taken from documents, not yet seen in the registry by a person. */
            confirmed: boolean;
            /** @example Bazzite */
            title: string | null;
            description: string | null;
            /**
             * @description What it is for, by the curated facets: desktop, hardware, stream, use and others.
             * @example {
             *       "desktop": [
             *         "kde"
             *       ],
             *       "use": [
             *         "gaming"
             *       ]
             *     }
             */
            facets: {
                [key: string]: string[];
            };
            /**
             * @example [
             *       "amd64"
             *     ]
             */
            architectures: string[];
            /**
             * @description The channel that the fields below speak of.
             * @example stable
             */
            defaultTag: string | null;
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string | null;
            /** @example 44.20260821 */
            version: string | null;
            /**
             * Format: date-time
             * @description When that channel's image was built.
             * @example 2026-11-20T10:00:00Z
             */
            updatedAt: string | null;
            /**
             * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
             * @enum {string}
             */
            verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending";
            /**
             * @description Its project's level.
             * @enum {string|null}
             */
            level: "sandbox" | "incubating" | "graduated" | "archived" | null;
            /** @description As its registry counts it. */
            popularity: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            popularityAsOf: string | null;
            /**
             * Format: date-time
             * @description The last complete look at it.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
            /**
             * @description `expected`: declared, and never seen in its registry.
             * @enum {string}
             */
            state: "expected" | "listed";
            /**
             * @description The source it belongs to.
             * @example ublue
             */
            source: string;
            /**
             * Format: date-time
             * @description When it was first seen.
             * @example 2026-11-20T10:00:00Z
             */
            addedAt: string | null;
            /** @description Why the last look failed. */
            failure: {
                /** @example unreachable */
                code: string;
                /** @example quay.io did not answer */
                reason: string;
            } | null;
            lifecycle: {
                /** @description The first day on which hosts should move away; null: none is set. */
                deprecatedOn: string | null;
                deprecated: boolean;
                /** @description Where to go instead; null: none is declared. */
                successor: string | null;
            };
            /** @description The followed tags, by name. */
            channels: components["schemas"]["Channel"][];
        };
        Channel: {
            /** @example stable */
            name: string;
            /**
             * @description Null where the registry's listing does not say it and nobody asked.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string | null;
            /** @description Whether it is a channel: looked at by itself, inspected and verified. */
            followed: boolean;
            /**
             * Format: date-time
             * @description The last complete look at it; where it is known by name alone, at the list that names it.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description Since when it names this digest, as far as is known.
             * @example 2026-11-20T10:00:00Z
             */
            since: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
            /**
             * @description What it is for, by the curated facets: desktop, hardware, stream, use and others.
             * @example {
             *       "desktop": [
             *         "kde"
             *       ],
             *       "use": [
             *         "gaming"
             *       ]
             *     }
             */
            facets: {
                [key: string]: string[];
            };
            /** @description Why looks fail; null while they succeed. */
            failure: {
                /** @example unreachable */
                code: string;
                /** @example quay.io did not answer */
                reason: string;
            } | null;
            /** @description The newer build that it named before; null: there is none. */
            olderThan: {
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string;
                version: string | null;
                created: string | null;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-20T10:00:00Z
                 */
                since: string;
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            } | null;
        };
        TagPage: {
            items: components["schemas"]["Tag"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        Tag: {
            /** @example stable */
            name: string;
            /**
             * @description Null where the registry's listing does not say it and nobody asked.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string | null;
            /** @description Whether it is a channel: looked at by itself, inspected and verified. */
            followed: boolean;
            /**
             * Format: date-time
             * @description The last complete look at it; where it is known by name alone, at the list that names it.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description Since when it names this digest, as far as is known.
             * @example 2026-11-20T10:00:00Z
             */
            since: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        HistoryPage: {
            items: components["schemas"]["TagPeriod"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        TagPeriod: {
            tag: string;
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            from: string;
            /**
             * Format: date-time
             * @description Null: still so.
             * @example 2026-11-20T10:00:00Z
             */
            to: string | null;
        };
        /** @description What is not known is left out: Renovate reads no null. */
        RenovateReleases: {
            releases: {
                /**
                 * @description The channel: a followed tag.
                 * @example 44
                 */
                version: string;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string;
                /**
                 * Format: date-time
                 * @description When its image was built.
                 * @example 2026-11-20T10:00:00Z
                 */
                releaseTimestamp?: string;
                /** @description Past its support, or left by its project. */
                isDeprecated?: boolean;
                /** @description Which digests the tag was before. */
                changelogUrl?: string;
            }[];
            sourceUrl?: string;
            homepage?: string;
        };
        Choices: {
            /** @description At most 1000, by use; the official ones first. */
            items: components["schemas"]["Choice"][];
            /** @description How many there are in all. */
            total: number;
            /** @description The newest generation in which one of them was changed. */
            generation: number;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        Choice: {
            /**
             * @description What to switch to, or to install.
             * @example ghcr.io/ublue-os/bazzite:stable
             */
            ref: string;
            /** @example Bazzite */
            title: string;
            /** @description One line; null: there is none, or no room for it. */
            summary: string | null;
            /**
             * @description Its group; null: none is declared.
             * @example gaming
             */
            use: string | null;
            /** @description Made by the distribution itself. */
            official: boolean;
            /**
             * @description What a repository is, as curated in the policies.
             * @example remix
             * @enum {string}
             */
            kind: "base" | "edition" | "spin" | "remix";
            /**
             * @description Its project's level.
             * @enum {string|null}
             */
            level: "sandbox" | "incubating" | "graduated" | "archived" | null;
            /**
             * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
             * @enum {string}
             */
            verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending";
            /** @description What is downloaded, compressed; null: it was not inspected. */
            bytes: number | null;
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @description An address; null: there is none, or no room for it. */
            logo: string | null;
            /** @description Installation media. */
            media: null;
        };
        Image: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @example application/vnd.oci.image.index.v1+json */
            mediaType: string;
            /** @enum {string} */
            kind: "index" | "image" | "artifact";
            /** @description Null: none is named. */
            artifactType: string | null;
            /** @description Bytes of the manifest. */
            size: number;
            facts: components["schemas"]["ImageFacts"];
            /** @description The manifest's own, as they are. */
            annotations: {
                [key: string]: string;
            };
            platforms: components["schemas"]["Platform"][];
            /** @description The public repositories that hold it, by name; at most 100. */
            repositories: {
                name: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-20T10:00:00Z
                 */
                firstSeenAt: string;
                /** @description The tags that name it now. */
                tags: string[];
            }[];
            /** @description How many there are. */
            repositoryCount: number;
            /**
             * Format: date-time
             * @description When it was inspected: once for ever.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string;
        };
        /** @description Of an image; null for an index and an artifact. */
        ImageFacts: {
            os: string | null;
            architecture: string | null;
            variant: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            created: string | null;
            version: string | null;
            kernel: string | null;
            osRelease: {
                id: string | null;
                versionId: string | null;
            };
            bootable: boolean | null;
            title: string | null;
            description: string | null;
            licenses: string | null;
            source: string | null;
            logo: string | null;
            expiresAfter: string | null;
            layerCount: number;
            /** @description Compressed bytes of all layers. */
            layerBytes: number;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        } | null;
        Platform: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            os: string | null;
            architecture: string | null;
            /** @description Null: none. */
            variant: string | null;
            mediaType: string;
            /** @description Bytes of the manifest. */
            size: number;
            /**
             * @description `image`: may be pulled; `attestation`: says something of another entry.
             * @enum {string}
             */
            role: "image" | "attestation" | "index" | "unknown";
        };
        PlatformList: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            items: components["schemas"]["Platform"][];
        };
        LabelList: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            items: {
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string;
                os: string | null;
                architecture: string | null;
                /** @description Null: none. */
                variant: string | null;
                labels: {
                    [key: string]: string;
                } | null;
                annotations: {
                    [key: string]: string;
                } | null;
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            }[];
        };
        LayerList: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            items: {
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string;
                os: string | null;
                architecture: string | null;
                /** @description Null: none. */
                variant: string | null;
                layers: {
                    /**
                     * @description The content address of a manifest or blob.
                     * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                     */
                    digest: string;
                    mediaType: string;
                    size: number;
                }[] | null;
                /** @description Compressed bytes of all layers. */
                size: number | null;
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            }[];
        };
        /** @description What is known of the signatures of one digest in one repository. */
        Verifications: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @example ghcr.io/ublue-os/bazzite */
            repository: string;
            /**
             * @description What was found about signatures. A client that meets a word it does not know treats it as one that blocks.
             * @enum {string}
             */
            verdict: "verified" | "untrusted" | "no-policy" | "invalid" | "unsigned" | "indeterminate" | "pending";
            reasons: {
                /** @description A stable word, such as NO_SIGNATURE. */
                code: string;
                /** @description One sentence for people. */
                message: string;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description The trust policy's id; null: none speaks for the repository. */
            policy: string | null;
            /**
             * @description What it was judged by.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            policyDigest: string | null;
            /**
             * @description The trust root that the verdict rests on.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            trustRootDigest: string | null;
            /**
             * Format: date-time
             * @description The last complete look for signatures; null: none was.
             * @example 2026-11-20T10:00:00Z
             */
            checkedAt: string | null;
            /**
             * Format: date-time
             * @description When they are looked for again.
             * @example 2026-11-20T10:00:00Z
             */
            recheckAt: string | null;
            /** @description At most 1000, those that count first. */
            signatures: components["schemas"]["Signature"][];
            /** @description How many there are; all of them under /signatures. */
            signatureCount: number;
            /** @description At most 1000, those that count first. */
            attestations: components["schemas"]["Attestation"][];
            /** @description How many there are; all of them under /attestations. */
            attestationCount: number;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        Signature: {
            /**
             * @description Where and how it is kept.
             * @enum {string}
             */
            format: "cosign-tag" | "cosign-referrer" | "sigstore-bundle" | "openpgp-lookaside";
            /**
             * @description The manifest that it was found for.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            manifest: string;
            /**
             * @description The manifest that carries it; null: none does.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            carrier: string | null;
            /**
             * @description The content address of the signature itself.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            evidence: string;
            /** @description Whether it is cryptographically valid for this digest. */
            valid: boolean | null;
            reasons: {
                /** @description A stable word, such as NO_SIGNATURE. */
                code: string;
                /** @description One sentence for people. */
                message: string;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description Who made it; null: nobody known. */
            signer: {
                /** @description The trust policy's name of it; null: the policy has no such. */
                id: string | null;
                /** @enum {string} */
                type: "key" | "identity" | "openpgp";
                fingerprint: string | null;
                /** @description Of an identity. */
                issuer: string | null;
                /** @description Of an identity. */
                subject: string | null;
            } | null;
            /** @description Whether its signer may speak for the repository now. */
            accepted: boolean;
            /** @description What it says it signs; null: it names nothing. */
            signedIdentity: string | null;
            /** @description The proven log entry; null: there is none. */
            transparencyLog: {
                logIndex: number | null;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-20T10:00:00Z
                 */
                integratedTime: string | null;
            } | null;
            /**
             * Format: date-time
             * @description The proven timestamp; null: there is none.
             * @example 2026-11-20T10:00:00Z
             */
            timestamp: string | null;
            /**
             * Format: date-time
             * @description When this catalog first saw it here. Never moved.
             * @example 2026-11-20T10:00:00Z
             */
            firstSeen: string | null;
            /** @description Whether the registry showed it at the last complete look. */
            shown: boolean;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        Attestation: {
            /**
             * @description Where and how it is kept.
             * @enum {string}
             */
            format: "cosign-tag" | "cosign-referrer" | "sigstore-bundle" | "openpgp-lookaside";
            /**
             * @description The content address of the attestation itself.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            evidence: string;
            /** @example https://slsa.dev/provenance/v1 */
            predicateType: string | null;
            valid: boolean | null;
            reasons: {
                /** @description A stable word, such as NO_SIGNATURE. */
                code: string;
                /** @description One sentence for people. */
                message: string;
                evidence: {
                    [key: string]: unknown;
                };
            }[];
            /** @description Who made it; null: nobody known. */
            signer: {
                /** @description The trust policy's name of it; null: the policy has no such. */
                id: string | null;
                /** @enum {string} */
                type: "key" | "identity" | "openpgp";
                fingerprint: string | null;
                /** @description Of an identity. */
                issuer: string | null;
                /** @description Of an identity. */
                subject: string | null;
            } | null;
            /** @description Whether it satisfies what the trust policy asks for. */
            accepted: boolean;
            /** @description Whether this digest is among its subjects. */
            subjectMatches: boolean | null;
            builder: string | null;
            sourceRepository: string | null;
            sourceRevision: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            firstSeen: string | null;
            /** @description Whether the registry showed it at the last complete look. */
            shown: boolean;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        SignaturePage: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @example ghcr.io/ublue-os/bazzite */
            repository: string;
            items: components["schemas"]["Signature"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        AttestationPage: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @example ghcr.io/ublue-os/bazzite */
            repository: string;
            items: components["schemas"]["Attestation"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        /** @description Everything from which the verdict can be reached again without a network: `signalbox verify --evidence FILE` does so. */
        Evidence: {
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @example ghcr.io/ublue-os/bazzite */
            repository: string;
            /** @description The trust policy's id; null: none speaks for the repository. */
            policy: string | null;
            /**
             * @description The content address of a manifest or blob.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            policyDigest: string | null;
            /** @description Whether anybody looked for signatures at all. */
            looked: boolean;
            /**
             * Format: date-time
             * @description The last complete look for signatures; null: none was.
             * @example 2026-11-20T10:00:00Z
             */
            checkedAt: string | null;
            /**
             * Format: date-time
             * @description When they are looked for again.
             * @example 2026-11-20T10:00:00Z
             */
            recheckAt: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null: the last succeeded.
             * @example 2026-11-20T10:00:00Z
             */
            failingSince: string | null;
            /** @description Why the last look failed; null: it did not. */
            failure: string | null;
            /** @description The documents that it is judged by: the trust policy, and a mirror's registry. */
            documents: components["schemas"]["PolicyDocument"][];
            /** @description The keys and trust roots that they name. */
            files: {
                name: string;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                sha256: string;
                /** @enum {string} */
                encoding: "utf8" | "base64";
                content: string;
            }[];
            /** @description The public-good trust root in force; null: none is. */
            trustRoot: {
                name: string;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string;
                content: string;
            } | null;
            /** @description Everything that was found, in the order of the answer. */
            items: components["schemas"]["EvidenceItem"][];
            /** @description The manifests that carry signatures, in base64 by their digests. */
            manifests: {
                [key: string]: string;
            };
            /** @description Payloads, envelopes, bundles and files, in base64 by their digests. */
            blobs: {
                [key: string]: string;
            };
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        PolicyDocument: {
            /** @example universal-blue */
            id: string;
            /**
             * @description SHA-256 of the document's canonical JSON.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /** @description The document with every default filled in; its JSON Schema is shipped with the program. */
            document: {
                [key: string]: unknown;
            };
        };
        EvidenceItem: {
            /**
             * @description The content address of the signature or attestation itself.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            evidence: string;
            /** @enum {string} */
            kind: "signature" | "attestation";
            /**
             * @description Where and how it is kept.
             * @enum {string}
             */
            format: "cosign-tag" | "cosign-referrer" | "sigstore-bundle" | "openpgp-lookaside";
            /** @description Where programs look for it. cosign looks neither under `fallback-tag`, the tag of an image's referrers where the registry's referrers API answers without it or refuses to, nor under `unread-referrers`, what that API lists beyond what cosign reads of it, such as a later page. */
            place: {
                /** @enum {string} */
                via: "tag";
                tag: string;
            } | {
                /** @enum {string} */
                via: "referrers";
            } | {
                /** @enum {string} */
                via: "fallback-tag";
            } | {
                /** @enum {string} */
                via: "unread-referrers";
            } | {
                /** @enum {string} */
                via: "lookaside";
                base: string;
            } | {
                /** @enum {string} */
                via: "file";
            };
            /** @description How it was found; null: it could not be read. */
            source: {
                /** @enum {string} */
                via: "tag";
                tag: string;
            } | {
                /** @enum {string} */
                via: "referrers-api";
            } | {
                /** @enum {string} */
                via: "referrers-tag";
                tag: string;
            } | {
                /** @enum {string} */
                via: "lookaside";
                url: string;
            } | {
                /** @enum {string} */
                via: "file";
            } | null;
            /**
             * @description The manifest that carries it; null: none does.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            carrier: string | null;
            /**
             * @description What is signed, or the signature's file; null: it was not read.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            blob: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            firstSeen: string;
            /** @description Whether the registry showed it at the last complete look. */
            shown: boolean;
            /** @description Why it could not be looked at; null: its bytes are here. */
            problem: {
                /** @enum {string} */
                code: "SIGNATURE_ERROR" | "DIGEST_MISMATCH" | "PAYLOAD_FORMAT" | "PAYLOAD_TYPE" | "SUBJECT_MISMATCH" | "PREDICATE_TYPE" | "MALFORMED" | "CERT_CHAIN" | "CERT_EXPIRED" | "SCT" | "NO_TRUSTED_TIME" | "TLOG_SET" | "TLOG_PROOF" | "TLOG_BODY" | "TSA" | "KEY_WINDOW" | "KEY_REVOKED" | "ALG_UNSUPPORTED" | "LIMIT_EXCEEDED" | "REGISTRY_ERROR" | "TRUST_ROOT_INVALID";
                message: string;
            } | null;
        };
        RegistryList: {
            items: components["schemas"]["Registry"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        Registry: {
            /** @example quay.io */
            host: string;
            /**
             * @description oci, quay or layout.
             * @example quay
             */
            dialect: string;
            /** @description Null: it is no mirror. */
            mirrorOf: string | null;
            /** @description The budget of all that is asked of it. */
            requestsPerSecond: number;
            /**
             * @description What it was seen to be able to do.
             * @example {
             *       "referrers": "api"
             *     }
             */
            capabilities: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description The last look, whatever came of it.
             * @example 2026-11-20T10:00:00Z
             */
            lookedAt: string | null;
            /**
             * Format: date-time
             * @description The last look that was complete.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Why looks fail; null while they succeed. */
            failure: {
                /** @example unreachable */
                code: string;
                /** @example quay.io did not answer */
                reason: string;
            } | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
        };
        SourceList: {
            items: components["schemas"]["Source"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        Source: {
            /** @example ublue */
            id: string;
            /** @example ghcr.io */
            registry: string;
            /** @description Null: it names its repositories. */
            namespace: string | null;
            /** @description Those it names; null: all of a namespace. */
            repositories: string[] | null;
            /**
             * @description What a repository is, as curated in the policies.
             * @example remix
             * @enum {string}
             */
            kind: "base" | "edition" | "spin" | "remix";
            official: boolean;
            /** @description Null: none is declared. */
            distribution: string | null;
            /** @description Null: none is declared. */
            project: string | null;
            confirmed: boolean;
            /** @description Repositories of it that are there; null before any look. */
            listed: number | null;
            /**
             * Format: date-time
             * @description The first complete listing.
             * @example 2026-11-20T10:00:00Z
             */
            listedAt: string | null;
            /**
             * Format: date-time
             * @description When it is gone through next; each of its repositories has a due time of its own besides.
             * @example 2026-11-20T10:00:00Z
             */
            dueAt: string | null;
            /**
             * Format: date-time
             * @description The last look, whatever came of it.
             * @example 2026-11-20T10:00:00Z
             */
            lookedAt: string | null;
            /**
             * Format: date-time
             * @description The last look that was complete.
             * @example 2026-11-20T10:00:00Z
             */
            observedAt: string | null;
            /**
             * Format: date-time
             * @description The first failed look since then; null while looks succeed.
             * @example 2026-11-20T10:00:00Z
             */
            staleSince: string | null;
            /** @description Why looks fail; null while they succeed. */
            failure: {
                /** @example unreachable */
                code: string;
                /** @example quay.io did not answer */
                reason: string;
            } | null;
            /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
            unknown?: {
                /**
                 * @description The field that is null.
                 * @example kernel
                 */
                field: string;
                /**
                 * @description Why it is not known.
                 * @example the image was not inspected
                 */
                reason: string;
            }[];
            run: components["schemas"]["Run"];
        };
        /** @description The run under way, else the last; null: it never ran. */
        Run: {
            /** @example 17 */
            id: string;
            /** @example ublue */
            source: string;
            /**
             * @description Why it ran.
             * @example due
             */
            trigger: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description Null: it is under way.
             * @example 2026-11-20T10:00:00Z
             */
            endedAt: string | null;
            /** @description How many it has to look at. */
            repositories: number;
            /** @description How many of these were looked at. */
            done: number;
            /** @description Images that were found new. */
            images: number;
            tagsMoved: number;
            /** @description How many items failed. */
            failed: number;
        } | null;
        RunPage: {
            items: components["schemas"]["Run"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        RunDetail: components["schemas"]["Run"] & {
            /** @description A page of what failed, in the order in which it was noted. */
            failures: components["schemas"]["FailedItem"][];
            /**
             * @description The cursor of the next page, also in `Link`; null: this is the last one.
             * @example null
             */
            next: string | null;
        };
        FailedItem: {
            /**
             * @description Whose run it was.
             * @example ublue
             */
            source: string;
            /** @description Null: the source as a whole. */
            repository: string | null;
            /** @description Null: the repository as a whole. */
            tag: string | null;
            /** @example tags */
            stage: string;
            /** @example unreachable */
            code: string;
            reason: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            at: string;
        };
        EventPage: {
            events: components["schemas"]["Event"][];
            /**
             * @description Where to go on: `after` of the next question. Never null.
             * @example 4711
             */
            next: string;
        };
        Event: {
            /** @example 4711 */
            id: string;
            /**
             * @description `after` it, the next event is read.
             * @example 4711
             */
            cursor: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            time: string;
            /**
             * @description repository.added, repository.removed, tag.added, tag.moved, tag.removed, image.indexed, verdict.changed, sbom.added, assessment.changed, project.level-changed, source.failed, source.recovered.
             * @example tag.moved
             */
            type: string;
            /**
             * @description The repository, the reference, or the project's or source's id.
             * @example ghcr.io/ublue-os/bazzite:stable
             */
            subject: string;
            data: {
                [key: string]: unknown;
            };
        };
        Policies: {
            /**
             * @description The folder's digest: all documents and all files they name.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            digest: string;
            /**
             * @description Counts up with each folder that comes into force.
             * @example 3
             */
            revision: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-20T10:00:00Z
             */
            inForceAt: string;
            registries: components["schemas"]["PolicyDocument"][];
            sources: components["schemas"]["PolicyDocument"][];
            trust: components["schemas"]["PolicyDocument"][];
            projects: components["schemas"]["PolicyDocument"][];
            releases: components["schemas"]["PolicyDocument"][];
            /** @description The root of sigstore's public-good instance, which is refreshed by TUF. */
            trustRoot: {
                /** @enum {string} */
                name: "public-good";
                /**
                 * @description SHA-256 of the root in force; null: none is.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                digest: string | null;
                /**
                 * Format: date-time
                 * @description When it was last found out to be the newest.
                 * @example 2026-11-20T10:00:00Z
                 */
                refreshedAt: string | null;
                /**
                 * Format: date-time
                 * @description The first failed refresh since; null while they succeed.
                 * @example 2026-11-20T10:00:00Z
                 */
                failingSince: string | null;
                /** @description Fields of this object that are not known, and why. May be missing where it would be empty. */
                unknown?: {
                    /**
                     * @description The field that is null.
                     * @example kernel
                     */
                    field: string;
                    /**
                     * @description Why it is not known.
                     * @example the image was not inspected
                     */
                    reason: string;
                }[];
            };
            /** @description The keys and trust roots that the trust documents shown here name. */
            files: {
                name: string;
                /**
                 * @description The content address of a manifest or blob.
                 * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                sha256: string;
                /** @enum {string} */
                encoding: "utf8" | "base64";
                content: string;
            }[];
        };
        /** @description A whole policy.json of containers/image (containers-policy.json(5)), in the oldest dialect that can say it. Registries that it does not list stay open. */
        ContainersPolicy: {
            /** @description `reject`: what bootc's enforcement asks for. */
            default: {
                [key: string]: unknown;
            }[];
            transports: {
                [key: string]: {
                    [key: string]: {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
        HostFiles: {
            /**
             * @description The trust policy's id.
             * @example universal-blue
             */
            policy: string;
            /**
             * @description SHA-256 of the document's canonical JSON.
             * @example sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
             */
            documentDigest: string;
            /** @enum {string} */
            client: "bootc" | "podman";
            /**
             * @description The first version that reads these files; of bootc the skopeo it pulls through.
             * @example skopeo 1.13
             */
            since: string;
            /** @description `merge`: a fragment for the file that the host has; `policy.json` beside this has it whole. */
            hostFiles: {
                path: string;
                content: string;
                merge?: boolean;
            }[];
            /** @description The policy's own sections under transports.docker. */
            policyScope: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
        };
        /** @description The process lives. What else it says of itself depends on how it runs. */
        Health: {
            /** @enum {string} */
            status: "ok";
            /** @example 0.1.0 */
            version: string;
            /**
             * @description The last commit that answers are made from; null: nothing is loaded yet.
             * @example 4711
             */
            generation: number | null;
            /**
             * @description The documents in force; null: none are.
             * @example 3
             */
            policyRevision: number | null;
        } & {
            [key: string]: unknown;
        };
        Ready: {
            /** @enum {string} */
            status: "ready";
            repositories: number | null;
        };
        Discovery: {
            /** @enum {string} */
            name: "Signalbox";
            version: string;
            /** @description Where the service is reached from outside; null: it was not told. */
            url: string | null;
            documentation: string;
            openapi: string;
            /** @description Resources of the API by name, as URI templates (RFC 6570). */
            resources: {
                [key: string]: string;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    resolve: {
        parameters: {
            query: {
                /** @description `host/path[:tag]` or `host/path@digest`; bootc's and rpm-ostree's spellings are accepted. Without a tag: `latest`. */
                ref: string;
                /** @description `amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those. */
                arch: string;
                /** @description The digest that the host has booted: what is left to download. */
                from?: string;
                /** @description Whether hazards that are absent are listed too. */
                verbose?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SwitchPlan"];
                };
            };
            /** @description `/invalid-reference`: The reference cannot be read. `/missing-architecture`: The architecture is missing. `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. `/removed`: It was removed. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/rate-limited`: Too many questions. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-yet-indexed`: It was not looked at yet. `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolveForHost: {
        parameters: {
            query?: {
                /** @description `amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those. */
                arch?: string;
                /** @description Whether hazards that are absent are listed too. */
                verbose?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanQuestion"];
            };
        };
        responses: {
            /** @description The plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SwitchPlan"];
                };
            };
            /** @description `/invalid-reference`: The reference cannot be read. `/invalid-host`: The host document cannot be read. `/missing-architecture`: The architecture is missing. `/invalid-parameter`: A parameter is wrong. `/invalid-body`: The body is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. `/removed`: It was removed. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unsupported-media-type`: The body is of another media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/rate-limited`: Too many questions. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-yet-indexed`: It was not looked at yet. `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolveBatch: {
        parameters: {
            query?: {
                /** @description `amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those. */
                arch?: string;
                /** @description Whether hazards that are absent are listed too. */
                verbose?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchQuestion"];
            };
        };
        responses: {
            /** @description All answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-body`: The body is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unsupported-media-type`: The body is of another media type. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/rate-limited`: Too many questions. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLineage: {
        parameters: {
            query: {
                /** @description `host/path[:tag]` or `host/path@digest`. Without a tag: `latest`. */
                ref: string;
                /** @description `amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those. */
                arch: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lineage */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lineage"];
                };
            };
            /** @description `/invalid-reference`: The reference cannot be read. `/missing-architecture`: The architecture is missing. `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. `/removed`: It was removed. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/rate-limited`: Too many questions. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-yet-indexed`: It was not looked at yet. `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImageLineage: {
        parameters: {
            query: {
                /** @description `amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those. */
                arch: string;
                /** @description `host/path`: in whose name its signatures speak, and whose later builds count as built on it. */
                repository?: string;
            };
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lineage */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lineage"];
                };
            };
            /** @description `/missing-architecture`: The architecture is missing. `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRepositories: {
        parameters: {
            query?: {
                /** @description Words in names, titles and descriptions: all are wanted, the last may be begun. */
                q?: string;
                /** @description base, edition, spin or remix. */
                kind?: string[];
                /** @description Hosts of registries. */
                registry?: string[];
                /** @description Paths up to the last part, as `ublue-os`. */
                namespace?: string[];
                /** @description Ids of projects. */
                project?: string[];
                /** @description Levels of projects. */
                level?: string[];
                /** @description Verdicts of default channels. */
                verdict?: string[];
                /** @description Architectures; `x86_64` and `aarch64` are read as `amd64` and `arm64`. */
                arch?: string[];
                /** @description os-release IDs. */
                os?: string[];
                /** @description os-release IDs of the families they belong to. */
                distribution?: string[];
                /** @description Made by the distribution itself. */
                official?: string[];
                /** @description Desktops. */
                desktop?: string[];
                /** @description Hardware they are made for. */
                hardware?: string[];
                /** @description Streams. */
                stream?: string[];
                /** @description workstation, gaming, container-host, iot, edge or develop. */
                use?: string[];
                /** @description Whether facets are counted. */
                facets?: "true" | "false";
                /** @description `-` reverses. Default: `relevance` (the best first) with `q`, else `name`. What is not known stands last. */
                sort?: "name" | "-name" | "updated" | "-updated" | "popularity" | "-popularity" | "relevance" | "-relevance";
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    /** @description `rel="next"`: the next page. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepositoryPage"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRepository: {
        parameters: {
            query: {
                /** @description `host/path`. */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The repository */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. `/removed`: It was removed. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTags: {
        parameters: {
            query: {
                /** @description `host/path`. */
                name: string;
                /** @description Tags that begin so. */
                prefix?: string;
                /** @description Whether tags that carry signatures, attestations and the like are listed. */
                artefacts?: "true" | "false";
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagPage"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. `/removed`: It was removed. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTagHistory: {
        parameters: {
            query: {
                /** @description `host/path`. */
                name: string;
                /** @description Without it: all tags. */
                tag?: string;
                /** @description Only what was so at this moment. */
                at?: string;
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRenovateReleases: {
        parameters: {
            query: {
                /** @description `host/path`. */
                name: string;
                /** @description Default: amd64. */
                arch?: string;
                /** @description Also what is not verified, or blocks. */
                all?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channels */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenovateReleases"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/missing-architecture`: The architecture is missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/unknown-reference`: No such image is known. `/removed`: It was removed. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChoices: {
        parameters: {
            query?: {
                /** @description Default: amd64. `x86_64` and `aarch64` are read as amd64 and arm64. */
                arch?: string;
                /** @description Leaves out what does not start from it, as far as the facet `firmware` says. */
                firmware?: "uefi" | "bios";
                /** @description workstation, gaming, container-host, iot, edge, develop or another. */
                use?: string;
                /** @description Also what is not verified, not known to be bootable, or past its support. */
                all?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The menu */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Choices"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/missing-architecture`: The architecture is missing. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImageManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The manifest, of its own media type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImagePlatforms: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The platforms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformList"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImageLabels: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The labels */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelList"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImageLayers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The layers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayerList"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImageVerifications: {
        parameters: {
            query: {
                /** @description `host/path`: verdicts belong to a digest in a repository. */
                repository: string;
            };
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verifications */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verifications"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listImageSignatures: {
        parameters: {
            query: {
                /** @description `host/path`: verdicts belong to a digest in a repository. */
                repository: string;
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignaturePage"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listImageAttestations: {
        parameters: {
            query: {
                /** @description `host/path`: verdicts belong to a digest in a repository. */
                repository: string;
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttestationPage"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getImageEvidence: {
        parameters: {
            query: {
                /** @description `host/path`: verdicts belong to a digest in a repository. */
                repository: string;
            };
            header?: never;
            path: {
                /** @description The content address of a manifest or blob. */
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The evidence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evidence"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/rate-limited`: Too many questions. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRegistries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistryList"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceList"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: {
                /** @description `next` of the page before; it means nothing to a client. */
                cursor?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description A cursor; without it, from the first event on. `now`: what is still to come. */
                after?: string;
                /** @description How many items a page has at most. */
                limit?: number;
            };
            header?: {
                /** @description Sent by a client that was cut off from the stream. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, or the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                    "text/event-stream": string;
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. `/invalid-cursor`: The cursor is not one of this list. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. `/too-many-readers`: Too many read the stream. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPolicies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The documents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policies"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: "registries" | "sources" | "trust" | "projects" | "releases";
                /** @description Its id; of a registry its host, of a release its os and version, as `fedora-44`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyDocument"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPolicyJson: {
        parameters: {
            query?: {
                /** @description The program that is to enforce it: cosign and others are given keys, not files. */
                client?: "bootc" | "podman";
            };
            header?: never;
            path: {
                /** @description The trust policy's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContainersPolicy"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-enforceable`: No host can be made to enforce it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHostFiles: {
        parameters: {
            query?: {
                /** @description The program that is to enforce it: cosign and others are given keys, not files. */
                client?: "bootc" | "podman";
            };
            header?: never;
            path: {
                /** @description The trust policy's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HostFiles"];
                };
            };
            /** @description `/invalid-parameter`: A parameter is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-found`: There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-enforceable`: No host can be made to enforce it. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It lives */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `/method-not-allowed`: The method is not allowed here. */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/internal-error`: The server failed. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description `/method-not-allowed`: The method is not allowed here. */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `/not-ready`: The server cannot answer yet. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After": number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDiscovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The resources */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Discovery"];
                };
            };
            /** @description `/method-not-allowed`: The method is not allowed here. */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
