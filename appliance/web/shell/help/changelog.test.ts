import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { nameOfReleases, parseChangelog } from "./changelog";

const text = ["# Changelog", "", "words", "", "## Unreleased", "", "### For who builds it", "", "- a crate", "", "### For who uses it", "", "- a list prints", "", "## 0.1.0 (2026-11-01)", "", "- it begins"].join("\n");

it("reads versions, their days and their parts, without what is for who builds it", () => {
  expect(parseChangelog(text)).toEqual([
    { version: "Unreleased", date: null, parts: [{ title: "For who uses it", entries: ["a list prints"] }] },
    { version: "0.1.0", date: "2026-11-01", parts: [{ title: null, entries: ["it begins"] }] },
  ]);
});

it("is called otherwise once something is told more, and not when something for who builds it is", () => {
  const name = nameOfReleases(parseChangelog(text));
  expect(nameOfReleases(parseChangelog(text.replace("- a crate", "- another crate")))).toBe(name);
  expect(nameOfReleases(parseChangelog(text.replace("- a list prints", "- a list prints\n- and a day")))).not.toBe(name);
});

it("the project's own file tells people something", () => {
  const releases = parseChangelog(readFileSync(path.join(import.meta.dirname, "../../../../CHANGELOG.md"), "utf8"));
  expect(releases[0]?.parts.flatMap(({ entries }) => entries).length).toBeGreaterThan(5);
  for (const { title } of releases.flatMap(({ parts }) => parts)) expect(title ?? "For who").toMatch(/^For who/);
});
