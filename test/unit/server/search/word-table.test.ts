// The word table: every one of many words is found, whole and by its beginning, in its place and no other.
import { expect, test } from "vitest";
import { ordinalsOf, wordsFor } from "../../../../server/search/bits.ts";
import { WordTable } from "../../../../server/search/word-table.ts";

const count = 20_000;
const size = wordsFor(count);

function table(): WordTable {
  const words = new WordTable();
  for (let i = 0; i < count; i++) {
    words.addText(`only${i.toString(36)} all`, "name", i);
    words.addText(`third${i % 3}`, "description", i);
  }
  return words;
}

test("words are found after the table has grown many times", () => {
  const words = table();
  for (let i = 0; i < count; i += 97) {
    const said = words.whole(`only${i.toString(36)}`, size);
    expect([...ordinalsOf(said.name ?? new Uint32Array(0), 1)]).toEqual([i]);
    expect(said.description).toBeUndefined();
  }
  expect(ordinalsOf(words.whole("all", size).name ?? new Uint32Array(0), count)).toEqual(
    Uint32Array.from({ length: count }, (_, i) => i),
  );
  const thirds = ordinalsOf(words.whole("third1", size).description ?? new Uint32Array(0), Math.floor((count + 1) / 3));
  expect(thirds.every((ordinal) => ordinal % 3 === 1)).toBe(true);
});

test("beginnings find longer words and not the word itself", () => {
  const words = new WordTable();
  words.addText("blue bluefin", "name", 0);
  words.addText("blue", "title", 1);
  words.addText("b", "title", 2);
  expect(words.longer("blue", 1)).toEqual({ name: Uint32Array.of(1), title: undefined, description: undefined });
  expect(words.longer("bl", 1)).toEqual({ name: Uint32Array.of(1), title: Uint32Array.of(2), description: undefined });
  expect(words.longer("b", 1)).toEqual({ name: Uint32Array.of(1), title: Uint32Array.of(2), description: undefined });
  expect(words.whole("blu", 1)).toEqual({ name: undefined, title: undefined, description: undefined });
});
