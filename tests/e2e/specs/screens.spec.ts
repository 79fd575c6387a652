import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { faultsOn, lookOnTheWayIn, lookWithin, remembered, still } from "../house/screens.ts";
import { expect, test } from "../house/test.ts";

const kept = path.resolve(import.meta.dirname, "../../../target/e2e-screens");
const widths = [360, 768, 1440];
const themes = ["light", "dark"] as const;

/** Photographs a screen at each width in each theme, and returns what is wrong there, by theme and width. */
async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(kept, { recursive: true });
  const findings = await remembered(page, name);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 860 });
      await still(page);
      await page.screenshot({ path: path.join(kept, `${name}-${width}-${theme}.png`) });
      findings.push(...(await faultsOn(page, `${name} ${theme} ${width}`)));
    }
  }
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  return findings;
}

test("axe finds nothing on the way in, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(300_000);
  const { page } = await open();
  expect(await lookOnTheWayIn(page, box, look)).toEqual([]);
});

test("axe finds nothing on the screens within, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(600_000);
  const { page } = await open();
  expect(await lookWithin(page, box, look)).toEqual([]);
});
