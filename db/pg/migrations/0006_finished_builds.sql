ALTER TABLE "judgements" ADD COLUMN "finished_first" bigint;--> statement-breakpoint
ALTER TABLE "judgements" ADD COLUMN "finished_last" bigint;