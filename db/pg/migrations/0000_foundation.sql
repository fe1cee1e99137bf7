CREATE TABLE "catalogs" (
	"id" bigint PRIMARY KEY NOT NULL,
	"name" text collate "C" NOT NULL,
	"url" text collate "C"
);
--> statement-breakpoint
CREATE TABLE "clock" (
	"id" bigint PRIMARY KEY NOT NULL,
	"generation" bigint NOT NULL,
	"last_event" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigint PRIMARY KEY NOT NULL,
	"catalog_id" bigint NOT NULL,
	"time" bigint NOT NULL,
	"type" text collate "C" NOT NULL,
	"subject" text collate "C" NOT NULL,
	"data" text NOT NULL,
	"private" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "failures" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"run_id" bigint NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"repository" text collate "C",
	"tag" text collate "C",
	"stage" text collate "C" NOT NULL,
	"code" text collate "C" NOT NULL,
	"reason" text collate "C" NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "image_platforms" (
	"index_digest" text collate "C" NOT NULL,
	"position" bigint NOT NULL,
	"os" text collate "C",
	"architecture" text collate "C",
	"variant" text collate "C",
	"digest" text collate "C" NOT NULL,
	"media_type" text collate "C" NOT NULL,
	"size_bytes" bigint NOT NULL,
	CONSTRAINT "image_platforms_index_digest_position_pk" PRIMARY KEY("index_digest","position")
);
--> statement-breakpoint
CREATE TABLE "images" (
	"digest" text collate "C" PRIMARY KEY NOT NULL,
	"catalog_id" bigint NOT NULL,
	"media_type" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"artifact_type" text collate "C",
	"bytes" "bytea" NOT NULL,
	"config" "bytea",
	"facts" text,
	"observed_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_sets" (
	"revision" bigserial PRIMARY KEY NOT NULL,
	"digest" text collate "C" NOT NULL,
	"body" text NOT NULL,
	"in_force_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registries" (
	"host" text collate "C" PRIMARY KEY NOT NULL,
	"dialect" text collate "C" NOT NULL,
	"private" boolean NOT NULL,
	"active" boolean NOT NULL,
	"looked_at" bigint,
	"observed_at" bigint,
	"failing_since" bigint,
	"failure_code" text collate "C",
	"failure_reason" text collate "C",
	"capabilities" text
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"catalog_id" bigint NOT NULL,
	"name" text collate "C" NOT NULL,
	"host" text collate "C" NOT NULL,
	"path" text collate "C" NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"official" boolean NOT NULL,
	"distribution" text collate "C",
	"project" text collate "C",
	"confirmed" boolean NOT NULL,
	"private" boolean NOT NULL,
	"state" text collate "C" NOT NULL,
	"added_at" bigint,
	"removed_at" bigint,
	"looked_at" bigint,
	"observed_at" bigint,
	"failing_since" bigint,
	"failure_code" text collate "C",
	"failure_reason" text collate "C",
	"description" text collate "C",
	"popularity" double precision,
	"popularity_as_of" bigint,
	"facets" text NOT NULL,
	"architectures" text NOT NULL,
	"default_tag" text collate "C",
	"default_digest" text collate "C",
	"title" text collate "C",
	"version" text collate "C",
	"updated_at" bigint,
	"verdict" text collate "C" DEFAULT 'pending' NOT NULL,
	"revision" bigint NOT NULL,
	"due_at" bigint,
	"lease_owner" text collate "C",
	"lease_token" bigint DEFAULT 0 NOT NULL,
	"lease_until" bigint,
	"attempts" bigint DEFAULT 0 NOT NULL,
	"run_id" bigint,
	"history_watermark" bigint,
	"suspect_listing" text collate "C"
);
--> statement-breakpoint
CREATE TABLE "repository_images" (
	"repository_id" bigint NOT NULL,
	"digest" text collate "C" NOT NULL,
	"first_seen_at" bigint NOT NULL,
	"observed_at" bigint,
	CONSTRAINT "repository_images_repository_id_digest_pk" PRIMARY KEY("repository_id","digest")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"trigger" text collate "C" NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"repositories" bigint DEFAULT 0 NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"images" bigint DEFAULT 0 NOT NULL,
	"tags_moved" bigint DEFAULT 0 NOT NULL,
	"failures" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"registry" text collate "C" NOT NULL,
	"namespace" text collate "C",
	"private" boolean NOT NULL,
	"active" boolean NOT NULL,
	"due_at" bigint,
	"lease_owner" text collate "C",
	"lease_token" bigint DEFAULT 0 NOT NULL,
	"lease_until" bigint,
	"looked_at" bigint,
	"observed_at" bigint,
	"failing_since" bigint,
	"failure_code" text collate "C",
	"failure_reason" text collate "C",
	"attempts" bigint DEFAULT 0 NOT NULL,
	"run_id" bigint,
	"listed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "tag_history" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"repository_id" bigint NOT NULL,
	"tag" text collate "C" NOT NULL,
	"digest" text collate "C" NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"repository_id" bigint NOT NULL,
	"name" text collate "C" NOT NULL,
	"digest" text collate "C",
	"followed" boolean NOT NULL,
	"present" boolean NOT NULL,
	"removed_at" bigint,
	"since" bigint,
	"looked_at" bigint,
	"observed_at" bigint,
	"failing_since" bigint,
	"failure_code" text collate "C",
	"failure_reason" text collate "C",
	"facets" text,
	"older_than" text,
	CONSTRAINT "tags_repository_id_name_pk" PRIMARY KEY("repository_id","name")
);
--> statement-breakpoint
CREATE TABLE "wishes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"repository" text collate "C" NOT NULL,
	"reference" text collate "C" NOT NULL,
	"asked_at" bigint NOT NULL,
	"due_at" bigint,
	"lease_owner" text collate "C",
	"lease_token" bigint DEFAULT 0 NOT NULL,
	"lease_until" bigint,
	"answered_at" bigint,
	"state" text collate "C" NOT NULL,
	"code" text collate "C",
	"reason" text collate "C",
	"attempts" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "failures" ADD CONSTRAINT "failures_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "image_platforms" ADD CONSTRAINT "image_platforms_index_digest_images_digest_fk" FOREIGN KEY ("index_digest") REFERENCES "public"."images"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repository_images" ADD CONSTRAINT "repository_images_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repository_images" ADD CONSTRAINT "repository_images_digest_images_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."images"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_history" ADD CONSTRAINT "tag_history_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_by_subject" ON "events" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "failures_by_run" ON "failures" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "image_platforms_by_digest" ON "image_platforms" USING btree ("digest");--> statement-breakpoint
CREATE UNIQUE INDEX "repositories_by_name" ON "repositories" USING btree ("name");--> statement-breakpoint
CREATE INDEX "repositories_by_due" ON "repositories" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "repositories_by_source" ON "repositories" USING btree ("source_id","state");--> statement-breakpoint
CREATE INDEX "repositories_by_revision" ON "repositories" USING btree ("revision");--> statement-breakpoint
CREATE INDEX "repository_images_by_digest" ON "repository_images" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "runs_by_source" ON "runs" USING btree ("source_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "tag_history_by_tag" ON "tag_history" USING btree ("repository_id","tag","from_at","digest");--> statement-breakpoint
CREATE INDEX "tags_by_digest" ON "tags" USING btree ("digest");--> statement-breakpoint
CREATE UNIQUE INDEX "wishes_by_reference" ON "wishes" USING btree ("repository","reference");--> statement-breakpoint
CREATE INDEX "wishes_by_due" ON "wishes" USING btree ("due_at");