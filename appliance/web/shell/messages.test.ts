import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const locales = path.join(import.meta.dirname, "../locales");

it.each(readdirSync(locales).filter((name) => /(^|-)de\.po$/.test(name)))("every message of %s is said in German", (name) => {
  const text = readFileSync(path.join(locales, name), "utf8");
  const missing = text.split("\n\n").filter((block) => /^msgid "[^"]/m.test(block) && /^msgstr ""\n*$/m.test(block));
  expect(missing).toEqual([]);
});
