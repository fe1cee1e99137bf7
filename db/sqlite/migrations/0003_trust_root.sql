CREATE TABLE `trust_root_refreshes` (
	`name` text PRIMARY KEY NOT NULL,
	`metadata` text,
	`root` text,
	`due_at` integer NOT NULL,
	`refreshed_at` integer,
	`failing_since` integer,
	`failure_code` text,
	`failure_reason` text
);
