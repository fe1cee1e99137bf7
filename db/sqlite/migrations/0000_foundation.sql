CREATE TABLE `catalogs` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`url` text
);
--> statement-breakpoint
CREATE TABLE `clock` (
	`id` integer PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`last_event` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY NOT NULL,
	`catalog_id` integer NOT NULL,
	`time` integer NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`data` text NOT NULL,
	`private` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_by_subject` ON `events` (`subject`,`id`);--> statement-breakpoint
CREATE TABLE `failures` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`source_id` text NOT NULL,
	`repository` text,
	`tag` text,
	`stage` text NOT NULL,
	`code` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `failures_by_run` ON `failures` (`run_id`,`id`);--> statement-breakpoint
CREATE TABLE `image_platforms` (
	`index_digest` text NOT NULL,
	`position` integer NOT NULL,
	`os` text,
	`architecture` text,
	`variant` text,
	`digest` text NOT NULL,
	`media_type` text NOT NULL,
	`size_bytes` integer NOT NULL,
	PRIMARY KEY(`index_digest`, `position`),
	FOREIGN KEY (`index_digest`) REFERENCES `images`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `image_platforms_by_digest` ON `image_platforms` (`digest`);--> statement-breakpoint
CREATE TABLE `images` (
	`digest` text PRIMARY KEY NOT NULL,
	`catalog_id` integer NOT NULL,
	`media_type` text NOT NULL,
	`kind` text NOT NULL,
	`artifact_type` text,
	`bytes` blob NOT NULL,
	`config` blob,
	`facts` text,
	`observed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `policy_sets` (
	`revision` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`digest` text NOT NULL,
	`body` text NOT NULL,
	`in_force_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `registries` (
	`host` text PRIMARY KEY NOT NULL,
	`dialect` text NOT NULL,
	`private` integer NOT NULL,
	`active` integer NOT NULL,
	`looked_at` integer,
	`observed_at` integer,
	`failing_since` integer,
	`failure_code` text,
	`failure_reason` text,
	`capabilities` text
);
--> statement-breakpoint
CREATE TABLE `repositories` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`catalog_id` integer NOT NULL,
	`name` text NOT NULL,
	`host` text NOT NULL,
	`path` text NOT NULL,
	`source_id` text NOT NULL,
	`kind` text NOT NULL,
	`official` integer NOT NULL,
	`distribution` text,
	`project` text,
	`confirmed` integer NOT NULL,
	`private` integer NOT NULL,
	`state` text NOT NULL,
	`added_at` integer,
	`removed_at` integer,
	`looked_at` integer,
	`observed_at` integer,
	`failing_since` integer,
	`failure_code` text,
	`failure_reason` text,
	`description` text,
	`popularity` real,
	`popularity_as_of` integer,
	`facets` text NOT NULL,
	`architectures` text NOT NULL,
	`default_tag` text,
	`default_digest` text,
	`title` text,
	`version` text,
	`updated_at` integer,
	`verdict` text DEFAULT 'pending' NOT NULL,
	`revision` integer NOT NULL,
	`due_at` integer,
	`lease_owner` text,
	`lease_token` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`run_id` integer,
	`history_watermark` integer,
	`suspect_listing` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `repositories_by_name` ON `repositories` (`name`);--> statement-breakpoint
CREATE INDEX `repositories_by_due` ON `repositories` (`due_at`);--> statement-breakpoint
CREATE INDEX `repositories_by_source` ON `repositories` (`source_id`,`state`);--> statement-breakpoint
CREATE INDEX `repositories_by_revision` ON `repositories` (`revision`);--> statement-breakpoint
CREATE TABLE `repository_images` (
	`repository_id` integer NOT NULL,
	`digest` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`observed_at` integer,
	PRIMARY KEY(`repository_id`, `digest`),
	FOREIGN KEY (`repository_id`) REFERENCES `repositories`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`digest`) REFERENCES `images`(`digest`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `repository_images_by_digest` ON `repository_images` (`digest`);--> statement-breakpoint
CREATE TABLE `runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source_id` text NOT NULL,
	`trigger` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`repositories` integer DEFAULT 0 NOT NULL,
	`done` integer DEFAULT 0 NOT NULL,
	`images` integer DEFAULT 0 NOT NULL,
	`tags_moved` integer DEFAULT 0 NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `runs_by_source` ON `runs` (`source_id`,`id`);--> statement-breakpoint
CREATE TABLE `sources` (
	`id` text PRIMARY KEY NOT NULL,
	`registry` text NOT NULL,
	`namespace` text,
	`private` integer NOT NULL,
	`active` integer NOT NULL,
	`due_at` integer,
	`lease_owner` text,
	`lease_token` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`looked_at` integer,
	`observed_at` integer,
	`failing_since` integer,
	`failure_code` text,
	`failure_reason` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`run_id` integer,
	`listed_at` integer
);
--> statement-breakpoint
CREATE TABLE `tag_history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`repository_id` integer NOT NULL,
	`tag` text NOT NULL,
	`digest` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer,
	FOREIGN KEY (`repository_id`) REFERENCES `repositories`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tag_history_by_tag` ON `tag_history` (`repository_id`,`tag`,`from_at`,`digest`);--> statement-breakpoint
CREATE TABLE `tags` (
	`repository_id` integer NOT NULL,
	`name` text NOT NULL,
	`digest` text,
	`followed` integer NOT NULL,
	`present` integer NOT NULL,
	`removed_at` integer,
	`since` integer,
	`looked_at` integer,
	`observed_at` integer,
	`failing_since` integer,
	`failure_code` text,
	`failure_reason` text,
	`facets` text,
	`older_than` text,
	PRIMARY KEY(`repository_id`, `name`),
	FOREIGN KEY (`repository_id`) REFERENCES `repositories`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `tags_by_digest` ON `tags` (`digest`);--> statement-breakpoint
CREATE TABLE `wishes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`repository` text NOT NULL,
	`reference` text NOT NULL,
	`asked_at` integer NOT NULL,
	`due_at` integer,
	`lease_owner` text,
	`lease_token` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`answered_at` integer,
	`state` text NOT NULL,
	`code` text,
	`reason` text,
	`attempts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `wishes_by_reference` ON `wishes` (`repository`,`reference`);--> statement-breakpoint
CREATE INDEX `wishes_by_due` ON `wishes` (`due_at`);