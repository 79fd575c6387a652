import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

it("every message is said in German", () => {
  const text = readFileSync(path.join(import.meta.dirname, "../locales/de.po"), "utf8");
  const missing = text.split("\n\n").filter((block) => /^msgid "[^"]/m.test(block) && /^msgstr ""\n*$/m.test(block));
  expect(missing).toEqual([]);
});
