ALTER TABLE `image_platforms` ADD `role` text DEFAULT 'image' NOT NULL;--> statement-breakpoint
ALTER TABLE `image_platforms` ADD `zstd` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `images` ADD `annotations` text;--> statement-breakpoint
ALTER TABLE `repositories` ADD `active` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `repositories` ADD `listed_description` text;--> statement-breakpoint
ALTER TABLE `repositories` ADD `run_waits` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `repositories` ADD `shown_at` integer;--> statement-breakpoint
ALTER TABLE `repositories` ADD `listing` text;--> statement-breakpoint
CREATE INDEX `repositories_by_host` ON `repositories` (`host`,`due_at`);--> statement-breakpoint
ALTER TABLE `repository_images` ADD `named` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `registry_failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `runs` ADD `listing_code` text;--> statement-breakpoint
ALTER TABLE `tags` ADD `announced` integer DEFAULT false NOT NULL;