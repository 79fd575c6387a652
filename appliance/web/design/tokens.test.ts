import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(path.join(import.meta.dirname, "tokens.css"), "utf8");
const tokens = new Map([...css.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name = "", light = "", dark = ""]) => [name, { light, dark }]));

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const grounds = ["paper", "raised", "sunken"];
  const inks = ["ink", "ink-2", "ink-3", "accent", "madder", "ochre", "moss", ...[...tokens.keys()].filter((name) => name.startsWith("label-"))];
  it.each(inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)))("%s on %s can be read (AA)", (ink, ground) => {
    expect(contrast(tokens.get(ink)?.[theme] ?? "#000000", tokens.get(ground)?.[theme] ?? "#000000")).toBeGreaterThanOrEqual(4.5);
  });
  it.each([["accent-ink", "accent"], ["ink", "accent-soft"], ["ink-3", "hover"], ["madder", "madder-soft"], ["ochre", "ochre-soft"], ["moss", "moss-soft"], ["paper", "ink"]] as const)("%s on %s can be read (AA)", (ink, ground) => {
    expect(contrast(tokens.get(ink)?.[theme] ?? "#000000", tokens.get(ground)?.[theme] ?? "#000000")).toBeGreaterThanOrEqual(4.5);
  });
  it("the edge of a field can be seen (3:1)", () => {
    expect(contrast(tokens.get("line-strong")?.[theme] ?? "#000000", tokens.get("raised")?.[theme] ?? "#000000")).toBeGreaterThanOrEqual(3);
  });
});
