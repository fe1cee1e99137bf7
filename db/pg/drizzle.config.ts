// How drizzle-kit writes PostgreSQL's migrations: `npm run migrations`.
import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "postgresql", schema: "./db/pg/tables.ts", out: "./db/pg/migrations" });
