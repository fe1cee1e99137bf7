CREATE TABLE `base_claims` (
	`digest` text NOT NULL,
	`evidence` text NOT NULL,
	`repository_id` integer NOT NULL,
	`base_digest` text NOT NULL,
	`base_repository` text NOT NULL,
	`base_tag` text NOT NULL,
	PRIMARY KEY(`digest`, `evidence`, `repository_id`, `base_digest`),
	FOREIGN KEY (`digest`) REFERENCES `images`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `base_claims_by_digest` ON `base_claims` (`base_digest`);--> statement-breakpoint
CREATE INDEX `base_claims_by_repository` ON `base_claims` (`base_repository`);--> statement-breakpoint
CREATE TABLE `image_chains` (
	`digest` text NOT NULL,
	`chain` integer NOT NULL,
	`layers` integer NOT NULL,
	PRIMARY KEY(`digest`, `chain`),
	FOREIGN KEY (`digest`) REFERENCES `images`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `image_chains_by_chain` ON `image_chains` (`chain`);--> statement-breakpoint
CREATE TABLE `layer_chains` (
	`chain` integer PRIMARY KEY NOT NULL,
	`parent` integer
);
--> statement-breakpoint
CREATE INDEX `layer_chains_by_parent` ON `layer_chains` (`parent`);--> statement-breakpoint
CREATE TABLE `lineage_fill` (
	`id` integer PRIMARY KEY NOT NULL,
	`after` text
);
