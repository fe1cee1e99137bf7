ALTER TABLE `judgements` ADD `finished_first` integer;--> statement-breakpoint
ALTER TABLE `judgements` ADD `finished_last` integer;