// The test cluster itself: each test gets a database of its own, in collation C, and it goes when dropped.
import pg from "pg";
import { expect, inject, test } from "vitest";
import { createDatabase } from "../../kit/postgres.ts";
import { skipOrFail } from "../../kit/programs.ts";

async function rows(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test("databases are apart, ordered by bytes, and gone when dropped", async (context) => {
  const offer = inject("postgres");
  if (offer.outcome === "missing") return skipOrFail(context, offer.reason);
  const [one, other] = [await createDatabase(offer.url), await createDatabase(offer.url)];
  await rows(one.url, "create table words (word text)");
  await rows(one.url, "insert into words values ('b'), ('B'), ('a-b'), ('ab')");
  expect((await rows(one.url, "select word from words order by word")).map((row) => row.word)).toEqual([
    "B",
    "a-b",
    "ab",
    "b",
  ]);
  await expect(rows(other.url, "select * from words")).rejects.toThrow(/does not exist/);
  await one.drop();
  await other.drop();
  await expect(rows(one.url, "select 1")).rejects.toThrow(/does not exist/);
});
