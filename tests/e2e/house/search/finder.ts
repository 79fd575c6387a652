import type { Form } from "./forms.ts";

export type Wanted = { name: string; forms: Form[] };
export type Found = { name: string; form: string; at: number };

const window_bytes = 4;

/** Looks for thousands of byte strings at once: a rolling window of four bytes, then the whole string. */
export class Finder {
  readonly #byWindow = new Map<number, { name: string; form: string; bytes: Buffer }[]>();
  readonly #filter = new Uint8Array(1 << 21);

  constructor(wanted: readonly Wanted[]) {
    for (const { name, forms } of wanted) {
      for (const { form, bytes } of forms) {
        if (bytes.length < 2 * window_bytes) throw new Error(`${name} as ${form} is too short to look for`);
        const window = bytes.readInt32BE(0);
        const same = this.#byWindow.get(window) ?? [];
        same.push({ name, form, bytes });
        this.#byWindow.set(window, same);
        const slot = slotOf(window);
        this.#filter[slot >>> 3] = (this.#filter[slot >>> 3] ?? 0) | (1 << (slot & 7));
      }
    }
  }

  /** Everything wanted that stands in these bytes, each name and form once. */
  in(bytes: Uint8Array): Found[] {
    const found = new Map<string, Found>();
    const filter = this.#filter;
    let window = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      window = (window << 8) | (bytes[end] as number);
      const slot = slotOf(window);
      if (((filter[slot >>> 3] as number) & (1 << (slot & 7))) === 0 || end < window_bytes - 1) continue;
      const at = end - window_bytes + 1;
      for (const { name, form, bytes: whole } of this.#byWindow.get(window) ?? []) {
        if (whole.equals(bytes.subarray(at, at + whole.length)) && !found.has(`${name} ${form}`)) found.set(`${name} ${form}`, { name, form, at });
      }
    }
    return [...found.values()];
  }
}

function slotOf(window: number): number {
  return Math.imul(window, 0x9e3779b1) >>> 8;
}
