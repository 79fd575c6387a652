import type { Language } from "../i18n";

export const guides = ["help", "owner", "recovery"] as const;
export type GuideName = (typeof guides)[number];

/** A heading and what stands under it, as Markdown; `id` is the same in every language. */
export type GuideSection = { id: string; title: string; depth: number; body: string };
export type Guide = { title: string; lead: string; sections: readonly GuideSection[] };

/** The manuals' one source, a chunk of its own for each language. */
const texts: Record<Language, () => Promise<Record<GuideName, string>>> = {
  en: async () => (await import("./texts-en")).texts,
  de: async () => (await import("./texts-de")).texts,
};

const read = new Map<Language, Promise<Record<GuideName, Guide>>>();

/** Returns all manuals in a language. They are part of the page, so that this works offline. */
export function guidesIn(language: Language): Promise<Record<GuideName, Guide>> {
  const known = read.get(language) ?? texts[language]().then((raw) => ({ help: parseGuide(raw.help), owner: parseGuide(raw.owner), recovery: parseGuide(raw.recovery) }));
  read.set(language, known);
  // A chunk that did not come is asked for again the next time.
  known.catch(() => read.delete(language));
  return known;
}

const anchor = /^<a id="([a-z0-9-]+)"><\/a>$/;
const heading = /^(#{1,3}) (.+)$/;

/** Takes a manual apart at its headings. Each but the first is named by the anchor on the line before it. */
export function parseGuide(text: string): Guide {
  const sections: GuideSection[] = [];
  let title = "";
  let lead = "";
  let id = "";
  let isCode = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    const named = isCode ? null : anchor.exec(line);
    const head = isCode ? null : heading.exec(line);
    const last = sections.at(-1);
    if (named) id = named[1] ?? "";
    else if (head?.[1] === "#") title = head[2] ?? "";
    else if (head) sections.push({ id, title: head[2] ?? "", depth: head[1]?.length ?? 2, body: "" });
    else if (last) last.body += `${line}\n`;
    else lead += `${line}\n`;
  }
  return { title, lead: lead.trim(), sections };
}

/** The section with the headings beneath it, as one chapter each. */
export function chaptersOf(guide: Guide): { chapter: GuideSection; under: readonly GuideSection[] }[] {
  const chapters: { chapter: GuideSection; under: GuideSection[] }[] = [];
  for (const section of guide.sections) {
    const last = chapters.at(-1);
    if (section.depth === 2 || !last) chapters.push({ chapter: section, under: [] });
    else last.under.push(section);
  }
  return chapters;
}

export type Found = { guide: GuideName; section: GuideSection; excerpt: string };

/** Letters without their marks and in one case: "rückgängig" is found by "ruckgangig". */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").toLowerCase();
}

/** What a section says, without the signs of Markdown. */
export function wordsOf(body: string): string {
  return body.replace(/^\|[\s|:-]+\|$/gm, "").replace(/\]\([^)]*\)/g, "]").replace(/^(\d+\.|[-|>#]+)\s/gm, "").replace(/[[\]*`|]/g, " ").replace(/\s+/g, " ").trim();
}

/** The sections that have every word that was typed, those with one in their heading first. Searched here and nowhere else. */
export function findIn(all: Record<GuideName, Guide>, typed: string): Found[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const hits = guides.flatMap((guide) =>
    all[guide].sections.flatMap((section) => {
      const title = plain(section.title);
      const words = wordsOf(section.body);
      const body = plain(words);
      if (!wanted.every((word) => title.includes(word) || body.includes(word))) return [];
      return [{ guide, section, excerpt: excerptOf(words, body, wanted), rank: wanted.filter((word) => title.includes(word)).length }];
    }),
  );
  return hits.toSorted((a, b) => b.rank - a.rank).map(({ guide, section, excerpt }) => ({ guide, section, excerpt }));
}

const excerpt_letters = 120;

function excerptOf(words: string, body: string, wanted: readonly string[]): string {
  const at = Math.min(...wanted.map((word) => body.indexOf(word)).filter((place) => place >= 0), words.length);
  const from = at > 50 && at < words.length ? words.lastIndexOf(" ", at - 30) + 1 : 0;
  const part = words.slice(from, from + excerpt_letters);
  return `${from > 0 ? "… " : ""}${part}${from + excerpt_letters < words.length ? "…" : ""}`;
}

/** Where a link of a manual leads within the manuals, or nothing where it leads elsewhere. */
export function targetOf(href: string, from: GuideName): { guide: GuideName; section: string } | null {
  const [, file, section] = /^(?:([a-z]+)\.md)?(?:#([a-z0-9-]+))?$/.exec(href) ?? [];
  const guide = file === undefined ? from : guides.find((name) => name === file);
  return guide && href !== "" ? { guide, section: section ?? "" } : null;
}
