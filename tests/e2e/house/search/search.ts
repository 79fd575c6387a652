import { randomInt } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Finder, type Wanted } from "./finder.ts";
import { formsOfBytes, formsOfText } from "./forms.ts";
import { type Layer, layersOf } from "./layers.ts";

const letters = 20;

/** Texts that occur nowhere else in the world, each with the name of the field that it is typed into. */
export class Canaries {
  readonly #made = new Map<string, string>();

  /** A new one for this field. The text is random and is shown to nobody: reports name the field. */
  for(field: string): string {
    if (this.#made.has(field)) throw new Error(`there is a canary for ${field} already`);
    const text = Array.from({ length: letters }, () => String.fromCharCode(97 + randomInt(26))).join("");
    this.#made.set(field, text);
    return text;
  }

  get texts(): ReadonlySet<string> {
    return new Set(this.#made.values());
  }

  get count(): number {
    return this.#made.size;
  }

  /** What to look for: both halves of each, so that one which is cut in two is found all the same. */
  get wanted(): Wanted[] {
    return [...this.#made].flatMap(([field, text]) => [
      { name: `${field}, first half`, forms: formsOfText(text.slice(0, letters / 2)) },
      { name: `${field}, second half`, forms: formsOfText(text.slice(letters / 2)) },
    ]);
  }
}

/** Bytes that must stand nowhere, whole or in half. */
export function secret(name: string, bytes: Buffer): Wanted[] {
  const half = bytes.length / 2;
  return [
    { name: `${name}, first half`, forms: formsOfBytes(bytes.subarray(0, half)) },
    { name: `${name}, second half`, forms: formsOfBytes(bytes.subarray(half)) },
  ];
}

/** What is found and where, a line each, with no word of what was looked for. */
export function findings(wanted: readonly Wanted[], layers: Iterable<Layer>): string[] {
  const finder = new Finder(wanted);
  const lines: string[] = [];
  for (const { name: place, bytes } of layers) {
    for (const { name, form, at } of finder.in(bytes)) lines.push(`${name}, ${form}, in ${place} at ${at}`);
  }
  return lines;
}

/** Every file of a folder, opened as far as it can be. */
export async function layersOfFolder(folder: string, name: string): Promise<Layer[]> {
  const layers: Layer[] = [];
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry: Dirent) => entry.isFile());
  for (const file of files) {
    const whole = path.join(file.parentPath, file.name);
    layers.push(...layersOf({ name: `${name}/${path.relative(folder, whole)}`, bytes: await readFile(whole) }));
    // A name is a place too.
    layers.push({ name: `the name of ${name}'s file ${layers.length}`, bytes: Buffer.from(path.relative(folder, whole)) });
  }
  return layers;
}
