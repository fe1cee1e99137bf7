CREATE TABLE "evidence" (
	"repository_id" bigint NOT NULL,
	"subject" text collate "C" NOT NULL,
	"digest" text collate "C" NOT NULL,
	"place" text collate "C" NOT NULL,
	"format" text collate "C" NOT NULL,
	"source" text NOT NULL,
	"carrier" text collate "C",
	"blob" text collate "C",
	"first_seen_at" bigint NOT NULL,
	"shown" boolean NOT NULL,
	CONSTRAINT "evidence_repository_id_subject_digest_place_pk" PRIMARY KEY("repository_id","subject","digest","place")
);
--> statement-breakpoint
CREATE TABLE "evidence_blobs" (
	"digest" text collate "C" PRIMARY KEY NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "judgements" (
	"repository_id" bigint NOT NULL,
	"digest" text collate "C" NOT NULL,
	"verdict" text collate "C" NOT NULL,
	"policy_digest" text collate "C",
	"trust_root" text collate "C",
	"judged_at" bigint NOT NULL,
	"changes_at" bigint,
	CONSTRAINT "judgements_repository_id_digest_pk" PRIMARY KEY("repository_id","digest")
);
--> statement-breakpoint
CREATE TABLE "signature_looks" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"repository_id" bigint NOT NULL,
	"digest" text collate "C" NOT NULL,
	"host" text collate "C" NOT NULL,
	"due_at" bigint,
	"lease_owner" text collate "C",
	"lease_token" bigint DEFAULT 0 NOT NULL,
	"lease_until" bigint,
	"attempts" bigint DEFAULT 0 NOT NULL,
	"looked_at" bigint,
	"checked_at" bigint,
	"recheck_at" bigint,
	"failing_since" bigint,
	"failure_code" text collate "C",
	"failure_reason" text collate "C",
	"missing_since" bigint,
	"found" text,
	"barren" text,
	"version" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trust_roots" (
	"digest" text collate "C" PRIMARY KEY NOT NULL,
	"content" text collate "C" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "policy_sets" ADD COLUMN "public_good" text collate "C";--> statement-breakpoint
ALTER TABLE "tags" ADD COLUMN "verdict" text collate "C";--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "judgements" ADD CONSTRAINT "judgements_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signature_looks" ADD CONSTRAINT "signature_looks_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signature_looks" ADD CONSTRAINT "signature_looks_digest_images_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."images"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evidence_by_carrier" ON "evidence" USING btree ("carrier");--> statement-breakpoint
CREATE INDEX "evidence_by_blob" ON "evidence" USING btree ("blob");--> statement-breakpoint
CREATE UNIQUE INDEX "signature_looks_by_digest" ON "signature_looks" USING btree ("repository_id","digest");--> statement-breakpoint
CREATE INDEX "signature_looks_by_host" ON "signature_looks" USING btree ("host","due_at");