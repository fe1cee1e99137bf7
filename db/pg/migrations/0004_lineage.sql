CREATE TABLE "base_claims" (
	"digest" text collate "C" NOT NULL,
	"evidence" text collate "C" NOT NULL,
	"repository_id" bigint NOT NULL,
	"base_digest" text collate "C" NOT NULL,
	"base_repository" text collate "C" NOT NULL,
	"base_tag" text collate "C" NOT NULL,
	CONSTRAINT "base_claims_digest_evidence_repository_id_base_digest_pk" PRIMARY KEY("digest","evidence","repository_id","base_digest")
);
--> statement-breakpoint
CREATE TABLE "image_chains" (
	"digest" text collate "C" NOT NULL,
	"chain" bigint NOT NULL,
	"layers" bigint NOT NULL,
	CONSTRAINT "image_chains_digest_chain_pk" PRIMARY KEY("digest","chain")
);
--> statement-breakpoint
CREATE TABLE "layer_chains" (
	"chain" bigint PRIMARY KEY NOT NULL,
	"parent" bigint
);
--> statement-breakpoint
CREATE TABLE "lineage_fill" (
	"id" bigint PRIMARY KEY NOT NULL,
	"after" text collate "C"
);
--> statement-breakpoint
ALTER TABLE "base_claims" ADD CONSTRAINT "base_claims_digest_images_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."images"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "image_chains" ADD CONSTRAINT "image_chains_digest_images_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."images"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "base_claims_by_digest" ON "base_claims" USING btree ("base_digest");--> statement-breakpoint
CREATE INDEX "base_claims_by_repository" ON "base_claims" USING btree ("base_repository");--> statement-breakpoint
CREATE INDEX "image_chains_by_chain" ON "image_chains" USING btree ("chain");--> statement-breakpoint
CREATE INDEX "layer_chains_by_parent" ON "layer_chains" USING btree ("parent");