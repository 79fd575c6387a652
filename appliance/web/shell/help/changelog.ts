/** What a version changed, in parts; each entry is one line of Markdown. */
export type Release = { version: string; date: string | null; parts: readonly { title: string | null; entries: readonly string[] }[] };

/** The part that is of no use to who only uses or runs a box. */
const not_for_people = /build/i;

/** Reads CHANGELOG.md: `## 0.2.0 (2026-12-01)`, below it `### For who …`, below that the entries. */
export function parseChangelog(text: string): Release[] {
  const releases: { version: string; date: string | null; parts: { title: string | null; entries: string[] }[] }[] = [];
  for (const line of text.split("\n")) {
    const [, version, date] = /^## (\S+)(?: \((\d{4}-\d{2}-\d{2})\))?/.exec(line) ?? [];
    const [, title] = /^### (.+)$/.exec(line) ?? [];
    const [, entry] = /^- (.+)$/.exec(line) ?? [];
    const release = releases.at(-1);
    if (version) releases.push({ version, date: date ?? null, parts: [] });
    else if (title && release) release.parts.push({ title, entries: [] });
    else if (entry && release) {
      if (release.parts.length === 0) release.parts.push({ title: null, entries: [] });
      release.parts.at(-1)?.entries.push(entry);
    }
  }
  return releases
    .map((release) => ({ ...release, parts: release.parts.filter(({ title, entries }) => entries.length > 0 && !not_for_people.test(title ?? "")) }))
    .filter(({ parts }) => parts.length > 0);
}

/** A short name of a text: another text has another one, nearly always. */
export function nameOfText(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** A name of all that is told of all versions. */
export function nameOfReleases(releases: readonly Release[]): string {
  return nameOfText(releases.flatMap(({ parts }) => parts.flatMap(({ entries }) => entries)).join("\n"));
}
