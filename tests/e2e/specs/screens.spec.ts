import { mkdirSync } from "node:fs";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../house/test.ts";
import { addTask, beginClaim, claim, goTo, reloadLocked, task } from "../house/steps.ts";

const kept = path.resolve(import.meta.dirname, "../../../target/e2e-screens");
const widths = [360, 768, 1440];
const themes = ["light", "dark"] as const;

/** Photographs a screen at each width in each theme, and returns what axe finds there, by theme and width. */
async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(kept, { recursive: true });
  const findings: string[] = [];
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 860 });
      await page.waitForTimeout(150);
      await page.screenshot({ path: path.join(kept, `${name}-${width}-${theme}.png`) });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) findings.push(`${name} ${theme} ${width}: ${wide} px wider than the screen`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const violation of violations) findings.push(`${name} ${theme} ${width}: ${violation.id} at ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  return findings;
}

test("axe finds nothing on the way in, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(300_000);
  const { page } = await open();
  await expect(page.getByRole("heading", { level: 1, name: "This box is yours to claim" })).toBeVisible();
  const findings = await look(page, "claim");
  await beginClaim(page, box, "Ada Example");
  findings.push(...(await look(page, "kit")));
  expect(findings).toEqual([]);
});

test("axe finds nothing on the screens within, at three widths in both themes", async ({ box, open }) => {
  test.setTimeout(600_000);
  const { page } = await open();
  await claim(page, box);
  const findings = await look(page, "today-empty");
  await goTo(page, "Inbox");
  await addTask(page, "Oil the door");
  await addTask(page, "Return the library books");
  findings.push(...(await look(page, "inbox")));
  await task(page, "Oil the door").click();
  await expect(page.getByRole("complementary", { name: "Detail" })).toBeVisible();
  findings.push(...(await look(page, "detail")));
  await page.keyboard.press("Escape");
  const heading = page.getByRole("heading", { level: 1 });
  for (const place of ["upcoming", "next", "waiting", "someday", "logbook", "trash", "search", "projects", "labels", "activity", "devices", "approve", "settings"]) {
    const before = (await heading.textContent()) ?? "";
    await page.evaluate((to) => {
      history.pushState({}, "", `/${to}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, place);
    await expect(page).toHaveURL(new RegExp(`/${place}$`));
    // The screen itself: neither the one before it nor what stands there until its code has come.
    await expect(heading).not.toHaveText(before);
    await expect(heading).toBeVisible();
    findings.push(...(await look(page, place)));
  }
  await reloadLocked(page);
  findings.push(...(await look(page, "locked")));
  expect(findings).toEqual([]);
});
