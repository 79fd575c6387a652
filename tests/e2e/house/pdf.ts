import { inflateSync } from "node:zlib";

/** What can be told of a PDF as Chromium writes it. */
export type Pdf = { pages: number; /** All its words, without spaces: a line may end anywhere. */ text: string };

type Font = { digits: number; letters: ReadonlyMap<string, string> };

/** Counts the pages and reads the text, by the tables that say which letter each glyph of a font is. */
export function readPdf(bytes: Buffer): Pdf {
  const raw = bytes.toString("latin1");
  const objects = new Map([...raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, number = "", body = ""]) => [number, body]));
  const fonts = new Map<string, Font>();
  for (const [, name = "", number = ""] of raw.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const font = objects.get(number) ?? "";
    const table = /\/ToUnicode (\d+) 0 R/.exec(font)?.[1];
    if (table) fonts.set(name, { digits: font.includes("/Type0") ? 4 : 2, letters: lettersOf(contentOf(objects.get(table) ?? "")) });
  }
  const text = [...objects.values()].map(contentOf).filter((content) => /\bBT\b/.test(content)).map((content) => wordsOf(content, fonts)).join("\n");
  return { pages: [...raw.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length, text: text.replace(/[ \t\u00a0]/g, "") };
}

/** The bytes of an object's stream, opened; nothing where it has none. */
function contentOf(object: string): string {
  const [head = "", ...rest] = object.split(/stream\r?\n/);
  if (rest.length === 0) return "";
  const body = object.slice(object.indexOf("stream", head.length)).replace(/^stream\r?\n/, "");
  if (!head.includes("/FlateDecode")) return body;
  try {
    return inflateSync(Buffer.from(body, "latin1")).toString("latin1");
  } catch {
    return "";
  }
}

function lettersOf(table: string): Map<string, string> {
  const letters = new Map<string, string>();
  for (const [, block = ""] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = "", letter = ""] of block.matchAll(/<([0-9A-F]+)>\s*<([0-9A-F]+)>/gi)) letters.set(glyph, utf16(letter));
  }
  for (const [, block = ""] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, first = "", last = "", letter = ""] of block.matchAll(/<([0-9A-F]+)>\s*<([0-9A-F]+)>\s*<([0-9A-F]+)>/gi)) {
      for (let at = Number.parseInt(first, 16), code = Number.parseInt(letter, 16); at <= Number.parseInt(last, 16); at += 1, code += 1) letters.set(at.toString(16).toUpperCase().padStart(first.length, "0"), String.fromCodePoint(code));
    }
  }
  return letters;
}

function wordsOf(content: string, fonts: ReadonlyMap<string, Font>): string {
  let font: Font | undefined;
  let words = "";
  for (const [, name, glyphs = ""] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-F]+)>/gi)) {
    if (name) font = fonts.get(name);
    else for (let at = 0; font && at < glyphs.length; at += font.digits) words += font.letters.get(glyphs.slice(at, at + font.digits)) ?? "";
  }
  return words;
}

function utf16(hex: string): string {
  return String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));
}
