import { mkdirSync } from "node:fs";
import path from "node:path";
import { type CDPSession, expect, type Page } from "@playwright/test";
import { axeOn, still, tooSmall, wider } from "../house/screens.ts";
import { test as house } from "../house/test.ts";

const kept = path.resolve(import.meta.dirname, "../../../target/pictures");
const heights = { 360: 760, 768: 1024, 1440: 900 } as const;
export type Width = keyof typeof heights;
const themes = ["light", "dark"] as const;

/** Takes the pictures of one state; a name of its own for each, as `today-empty`. */
export type Look = (page: Page, name: string, ...widths: Width[]) => Promise<void>;

/** What axe, the width and a finger find in any state is collected, and fails the test when it ends: all pictures are there by then. */
export const test = house.extend<{ look: Look }>({
  look: async ({}, use) => {
    const findings: string[] = [];
    mkdirSync(kept, { recursive: true });
    await use(async (page, name, ...widths) => {
      findings.push(...(await picturesOf(page, name, widths.length > 0 ? widths : [360, 768, 1440])));
    });
    expect(findings).toEqual([]);
  },
});

export { expect } from "@playwright/test";

async function picturesOf(page: Page, name: string, widths: readonly Width[]): Promise<string[]> {
  const findings: string[] = [];
  const before = page.viewportSize();
  const tools = await toolsOf(page);
  // Paper has nothing to press and is read by no tool.
  const isPaper = await page.evaluate(() => matchMedia("print").matches);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const width of widths) {
      const at = `${name} ${width} ${theme}`;
      await tools.send("Emulation.setTouchEmulationEnabled", { enabled: width === 360, maxTouchPoints: 5 });
      await page.setViewportSize({ width, height: heights[width] });
      await still(page);
      await page.screenshot({ path: path.join(kept, `${name}-${width}-${theme}.png`) });
      findings.push(...(await wider(page, at)));
      if (width === 360 && theme === "light") findings.push(...(await tooSmall(page)).map((small) => `${at}: ${small}`));
      if (isPaper || (theme === "dark" && width !== 1440)) continue;
      findings.push(...(await axeOn(page, at)));
    }
  }
  await tools.send("Emulation.setTouchEmulationEnabled", { enabled: false });
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  return findings;
}

const opened = new WeakMap<Page, CDPSession>();

/** One for each page: a session that ends takes the page's authenticator with it. */
async function toolsOf(page: Page): Promise<CDPSession> {
  const tools = opened.get(page) ?? (await page.context().newCDPSession(page));
  opened.set(page, tools);
  return tools;
}

/** To a place by its address, as a link within the page goes. */
export async function to(page: Page, place: string): Promise<void> {
  await page.evaluate((address) => {
    history.pushState({}, "", `/${address}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, place);
  await expect(page).toHaveURL(new RegExp(`/${place}$`));
  await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
}

export async function keys(page: Page, ...pressed: string[]): Promise<void> {
  for (const key of pressed) await page.keyboard.press(key);
}

/** The year of tasks that the empty Today offers. */
export async function fillWithSamples(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Try with sample data" }).click();
  await expect(page.getByRole("grid", { name: "Today" }).getByRole("row").first()).toBeVisible({ timeout: 60_000 });
}

/** Says yes where the passkey is asked for once more. */
export async function sayYes(page: Page): Promise<void> {
  await page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
}
