import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { limits_bytes } from "./limits";

it("the page tells the limits that the core holds", () => {
  const rules = readFileSync(path.join(import.meta.dirname, "../src/decide/validate.rs"), "utf8");
  const inCore = (name: string) => Number(new RegExp(`const ${name}_LIMIT: usize = ([\\d_]+);`).exec(rules)?.[1]?.replaceAll("_", ""));
  expect(limits_bytes).toEqual({ title: inCore("TITLE"), notes: inCore("NOTES") });
});
