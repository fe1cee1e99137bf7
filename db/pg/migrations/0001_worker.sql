ALTER TABLE "image_platforms" ADD COLUMN "role" text collate "C" DEFAULT 'image' NOT NULL;--> statement-breakpoint
ALTER TABLE "image_platforms" ADD COLUMN "zstd" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "annotations" text;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "active" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "listed_description" text collate "C";--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "run_waits" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "shown_at" bigint;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "listing" text collate "C";--> statement-breakpoint
ALTER TABLE "repository_images" ADD COLUMN "named" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "registry_failures" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "listing_code" text collate "C";--> statement-breakpoint
ALTER TABLE "tags" ADD COLUMN "announced" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "repositories_by_host" ON "repositories" USING btree ("host","due_at");