// Backup errors: why no backup was made.

export type BackupErrorCode = "not-sqlite" | "no-database" | "exists" | "not-writable" | "damaged" | "failed";

/** No backup was made; the message says what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
