CREATE TABLE `evidence` (
	`repository_id` integer NOT NULL,
	`subject` text NOT NULL,
	`digest` text NOT NULL,
	`place` text NOT NULL,
	`format` text NOT NULL,
	`source` text NOT NULL,
	`carrier` text,
	`blob` text,
	`first_seen_at` integer NOT NULL,
	`shown` integer NOT NULL,
	PRIMARY KEY(`repository_id`, `subject`, `digest`, `place`),
	FOREIGN KEY (`repository_id`) REFERENCES `repositories`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `evidence_by_carrier` ON `evidence` (`carrier`);--> statement-breakpoint
CREATE INDEX `evidence_by_blob` ON `evidence` (`blob`);--> statement-breakpoint
CREATE TABLE `evidence_blobs` (
	`digest` text PRIMARY KEY NOT NULL,
	`bytes` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `judgements` (
	`repository_id` integer NOT NULL,
	`digest` text NOT NULL,
	`verdict` text NOT NULL,
	`policy_digest` text,
	`trust_root` text,
	`judged_at` integer NOT NULL,
	`changes_at` integer,
	PRIMARY KEY(`repository_id`, `digest`),
	FOREIGN KEY (`repository_id`) REFERENCES `repositories`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `signature_looks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`repository_id` integer NOT NULL,
	`digest` text NOT NULL,
	`host` text NOT NULL,
	`due_at` integer,
	`lease_owner` text,
	`lease_token` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`looked_at` integer,
	`checked_at` integer,
	`recheck_at` integer,
	`failing_since` integer,
	`failure_code` text,
	`failure_reason` text,
	`missing_since` integer,
	`found` text,
	`barren` text,
	`version` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`repository_id`) REFERENCES `repositories`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`digest`) REFERENCES `images`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signature_looks_by_digest` ON `signature_looks` (`repository_id`,`digest`);--> statement-breakpoint
CREATE INDEX `signature_looks_by_host` ON `signature_looks` (`host`,`due_at`);--> statement-breakpoint
CREATE TABLE `trust_roots` (
	`digest` text PRIMARY KEY NOT NULL,
	`content` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `policy_sets` ADD `public_good` text;--> statement-breakpoint
ALTER TABLE `tags` ADD `verdict` text;