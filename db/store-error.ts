// Store errors: why the database cannot be used.

export type StoreErrorCode = "newer-database" | "damaged" | "unreachable" | "busy" | "bad-url";

/** The database cannot be used; `code` says why, the message what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
