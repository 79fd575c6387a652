import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { axeOn, lookOnTheWayIn, lookWithin } from "../house/screens.ts";
import { expect, test } from "../house/test.ts";

const kept = path.resolve(import.meta.dirname, "../../../target/e2e-screens");

/** A window of 1280 by 860 at 200 % (WCAG 1.4.4), and one of 1280 by 1024 at 400 % (1.4.10), in CSS pixels. */
const zooms = [
  { zoom: 200, width: 640, height: 430 },
  { zoom: 400, width: 320, height: 256 },
];

async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(kept, { recursive: true });
  const findings: string[] = [];
  await page.emulateMedia({ reducedMotion: "reduce" });
  // A message that has been read lies over nothing any more.
  for (const close of await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Close" }).all()) await close.press("Enter");
  await expect(page.getByRole("region", { name: "Messages" }).getByRole("button")).toHaveCount(0);
  for (const { zoom, width, height } of zooms) {
    const at = `${name} at ${zoom} %`;
    await page.setViewportSize({ width, height });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.screenshot({ path: path.join(kept, `${name}-zoom-${zoom}.png`) });
    findings.push(...(await outOfReach(page)).map((fault) => `${at}: ${fault}`), ...(await axeOn(page, at)));
  }
  await page.setViewportSize({ width: 1280, height: 860 });
  return findings;
}

/** What cannot be read or pressed because it stands outside of the window or is cut off there, however one scrolls. */
async function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 0) faults.push(`the page scrolls sideways by ${wide} px`);
    const nameOf = (element: Element) => `${element.getAttribute("role") ?? element.tagName.toLowerCase()} “${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 40) ?? ""}”`;
    // What is laid over the whole window is the screen; what it covers is none.
    const over = [...document.querySelectorAll('[role="dialog"][aria-modal]')].find((aside) => aside.getBoundingClientRect().width >= innerWidth && getComputedStyle(aside).position === "fixed");
    const scrolled: [Element, number, number][] = [...document.querySelectorAll("*")].filter((element) => element.scrollTop !== 0 || element.scrollLeft !== 0).map((element) => [element, element.scrollTop, element.scrollLeft]);
    for (const control of (over ?? document).querySelectorAll<HTMLElement>('a[href], button, input, textarea, label:has(input), [role="checkbox"], [role="row"][tabindex]')) {
      const style = getComputedStyle(control);
      // A native field that a drawn control stands for (the label around it is looked at), and what is not on the screen.
      const isStandIn = [control, control.parentElement].some((element) => element !== null && element.getBoundingClientRect().width <= 1);
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: false }) || control.closest('[aria-hidden="true"], .sr-only, [data-react-aria-prevent-focus]') || isStandIn) continue;
      control.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
      const box = control.getBoundingClientRect();
      if (box.left < -1 || box.right > innerWidth + 1) faults.push(`${nameOf(control)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} in a window of ${innerWidth}`);
      const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
      const there = document.elementFromPoint(x, y);
      if (!there || !(control.contains(there) || there.contains(control) || control.closest("label")?.contains(there))) faults.push(`${nameOf(control)} is covered or cut off${there ? ` by ${nameOf(there)}` : ""}`);
      if (control.tagName === "BUTTON" && control.scrollWidth > control.clientWidth + 1 && style.overflowX === "hidden" && style.textOverflow !== "ellipsis") faults.push(`the words of ${nameOf(control)} are cut off`);
    }
    for (const [element, top, left] of scrolled) element.scrollTo({ top, left, behavior: "instant" });
    return faults;
  });
}

test("at 200 and 400 per cent nothing on the way in scrolls sideways, is cut off or fails axe", async ({ box, open }) => {
  const { page } = await open();
  expect(await lookOnTheWayIn(page, box, look)).toEqual([]);
});

test("at 200 and 400 per cent nothing on the screens within scrolls sideways, is cut off or fails axe", async ({ box, open }) => {
  test.setTimeout(300_000);
  const { page } = await open();
  expect(await lookWithin(page, box, look)).toEqual([]);
});

test("what is too wide, covered or cut off is noticed", async ({ open }) => {
  const { page } = await open();
  await page.setViewportSize({ width: 320, height: 256 });
  await expect(page.getByRole("heading", { level: 1, name: "This box is yours to claim" })).toBeVisible();
  expect(await outOfReach(page)).toEqual([]);
  const broken = {
    "body { min-width: 700px }": /scrolls sideways/,
    "main { transform: translateX(-200px) }": /reaches from -/,
    '[aria-label="Messages"] { position: fixed; inset: 0; z-index: 99; pointer-events: auto; min-height: 100vh; min-width: 100vw }': /is covered or cut off/,
    "button { max-width: 3rem; overflow: hidden }": /the words of .* are cut off/,
  };
  for (const [rules, fault] of Object.entries(broken)) {
    await page.evaluate((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [sheet];
    }, rules);
    expect((await outOfReach(page)).join("\n"), rules).toMatch(fault);
  }
});
