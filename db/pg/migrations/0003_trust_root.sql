CREATE TABLE "trust_root_refreshes" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"metadata" text,
	"root" text collate "C",
	"due_at" bigint NOT NULL,
	"refreshed_at" bigint,
	"failing_since" bigint,
	"failure_code" text collate "C",
	"failure_reason" text collate "C"
);
