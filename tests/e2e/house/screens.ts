import { expect, type Page } from "@playwright/test";
import axe from "axe-core";
import type { Box } from "./box.ts";
import { addTask, beginClaim, claim, goTo, reloadLocked, task } from "./steps.ts";

/** Looks at one screen and returns what is wrong with it. */
export type Look = (page: Page, name: string) => Promise<string[]>;

/** Waits until what was asked for is drawn: the letters are here, and nothing moves any more. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY).map((animation) => animation.finished));
  });
}

/** The screens of an open box, by their addresses. */
export const places = ["upcoming", "next", "waiting", "someday", "logbook", "trash", "search", "projects", "labels", "activity", "devices", "approve", "move", "people", "settings", "check", "box-log", "help"];

/** Every screen before the claim is done. */
export async function lookOnTheWayIn(page: Page, box: Box, look: Look): Promise<string[]> {
  await expect(page.getByRole("heading", { level: 1, name: "This box is yours to claim" })).toBeVisible();
  const findings = await look(page, "claim");
  await beginClaim(page, box, "Ada Example");
  findings.push(...(await look(page, "kit")));
  return findings;
}

/** Every screen of a claimed box, and the locked page last. */
export async function lookWithin(page: Page, box: Box, look: Look): Promise<string[]> {
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
  for (const place of places) {
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
  return findings;
}

/** The rules of axe that look at colours. Nothing else of a screen changes with its theme. */
export const about_colours = ["color-contrast", "link-in-text-block"];

/** What axe has to say, a line for each rule that is broken; of these rules alone where they are given. */
export async function axeOn(page: Page, name: string, rules?: string[]): Promise<string[]> {
  // Evaluated by the browser's own tools, which no content policy forbids, and once for each document.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ({ name, rules }) => {
      const { axe: there } = window as unknown as { axe: typeof axe };
      const { violations } = await there.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
      return violations.map((violation) => `${name}: ${violation.id} at ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    },
    { name, rules },
  );
}

/** What is wrong with what stands on the screen: that it is wider than the screen, and what axe finds. */
export async function faultsOn(page: Page, name: string, rules?: string[]): Promise<string[]> {
  const wide = await wider(page, name);
  return [...wide, ...(await axeOn(page, name, rules))];
}

/** Whether there is more than the screen is wide. */
export async function wider(page: Page, name: string): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return wide > 0 ? [`${name}: ${wide} px wider than the screen`] : [];
}

/** Fields whose content a browser may keep in its history and its memory of forms. */
export async function remembered(page: Page, name: string): Promise<string[]> {
  const open = await page.evaluate(() =>
    [...document.querySelectorAll("input, textarea, select")]
      .filter((field) => field.getAttribute("autocomplete") !== "off" && !["checkbox", "radio"].includes((field as HTMLInputElement).type))
      .map((field) => `${field.tagName.toLowerCase()} ${field.getAttribute("aria-label") ?? (field as HTMLInputElement).type}`),
  );
  return open.map((field) => `${name}: a browser may remember ${field}`);
}

/** The least size, in pixels, of what a finger presses that stands by itself. */
const least_target = 44;

/** What a finger would miss. Links within a text are as high as its lines. */
export async function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const found = new Set<string>();
    for (const element of document.querySelectorAll<HTMLElement>("button, a[href], [role=menuitem], [role=option], [role=radio], input:not([type=file])")) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("p, [data-in-text], .sr-only, [inert]")) continue;
      const pressed = element.closest("label") ?? element;
      const { width, height, top, bottom } = pressed.getBoundingClientRect();
      // A larger place to press may lie around what is drawn.
      const around = Number.parseFloat(getComputedStyle(pressed, "::before").height) || 0;
      if (width < 2 || height < 2 || bottom < 0 || top > innerHeight || Math.max(height, around) >= least) continue;
      found.add(`a finger misses ${element.getAttribute("aria-label") ?? pressed.textContent?.trim().slice(0, 30)} (${Math.round(width)} × ${Math.round(height)})`);
    }
    return [...found];
  }, least_target);
}
