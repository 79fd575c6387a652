import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { chaptersOf, findIn, type Guide, type GuideName, guides, guidesIn, parseGuide, targetOf } from "./guide";

const en = await guidesIn("en");
const de = await guidesIn("de");
const links = (guide: Guide) => [guide.lead, ...guide.sections.map(({ body }) => body)].flatMap((text) => [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, href = ""]) => href));

describe.each(guides)("the manual %s", (name: GuideName) => {
  it("has the same sections in German as in English, each with a name of its own", () => {
    const ids = en[name].sections.map(({ id, depth }) => `${depth} ${id}`);
    expect(de[name].sections.map(({ id, depth }) => `${depth} ${id}`)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const guide of [en[name], de[name]]) for (const { id, title, body } of [...guide.sections]) expect([id, title, body.trim() === ""], title).not.toContain("");
  });

  it.each([["English", en], ["German", de]] as const)("leads in %s only to sections that there are", (_, all) => {
    for (const href of links(all[name])) {
      const target = targetOf(href, name);
      expect(target, href).not.toBeNull();
      if (target?.section) expect(all[target.guide].sections.map(({ id }) => id), href).toContain(target.section);
    }
  });
});

it("every alarm of the core has its section in the help", () => {
  const contract = readFileSync(path.join(import.meta.dirname, "../../core/generated/api.ts"), "utf8");
  const kinds = [...(/export type AlarmKind = ([^;]+);/.exec(contract)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(([, kind = ""]) => kind);
  expect(kinds.length).toBeGreaterThan(10);
  const known = en.help.sections.map(({ id }) => id);
  for (const kind of kinds) expect(known).toContain(`alarm-${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
});

describe.each([["en", en], ["de", de]] as const)("what the help in %s calls by its words", (language, all) => {
  const catalogue = [...readFileSync(path.join(import.meta.dirname, `../../locales/${language}.po`), "utf8").matchAll(/^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)msgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)/gm)].map(([, id = "", text = ""]) => (language === "en" ? id : text).replace(/^"|"$|"\n"/gm, ""));
  const isSaid = (words: string) => catalogue.some((message) => message.startsWith(words));

  it("is a message that the page says", () => {
    const quoted = [...(all.help.sections.find(({ id }) => id === "problems")?.body ?? "").matchAll(/^- \*\*["„](.+?)["“]\*\*/gm)].map(([, words = ""]) => words.replace(/ …$/, "").replace(/[.]$/, ""));
    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.filter((words) => !isSaid(words))).toEqual([]);
  });

  it("is an alarm as the page calls it", () => {
    expect(all.help.sections.filter(({ id, title }) => id.startsWith("alarm-") && !isSaid(title)).map(({ title }) => title)).toEqual([]);
  });
});

it("a heading within code is code", () => {
  const { sections } = parseGuide('# T\n\nlead\n\n<a id="a"></a>\n## A\n```sh\n# not a heading\n```\n');
  expect(sections).toEqual([{ id: "a", title: "A", depth: 2, body: "```sh\n# not a heading\n```\n\n" }]);
});

it("smaller headings stand under the chapter before them", () => {
  const alarms = chaptersOf(en.help).find(({ chapter }) => chapter.id === "alarms");
  expect(alarms?.under.map(({ id }) => id)).toContain("alarm-rollback");
});

it("finds by every word, without regard to marks and case, headings first", () => {
  expect(findIn(en, "two HISTORIES")[0]?.section.id).toMatch(/two-histories|alarm-log-fork/);
  expect(findIn(de, "ruckgangig")[0]?.section.id).toBe("undo");
  expect(findIn(en, "swipe row")[0]?.section.id).toBe("touch");
  expect(findIn(en, "xylophone")).toEqual([]);
  expect(findIn(en, "  ")).toEqual([]);
});

it("shows of what it found the words around, and no signs of Markdown", () => {
  const [found] = findIn(en, "metrics-token");
  expect(found?.excerpt).toContain("metrics-token");
  expect(found?.excerpt).not.toMatch(/[`*|]/);
});
