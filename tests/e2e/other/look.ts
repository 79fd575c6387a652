import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { places } from "../house/screens.ts";
import { type Page, until } from "./page.ts";

const kept = path.resolve(import.meta.dirname, "../../../target/pictures/browsers");
const widths = [360, 1280];

/** Takes pictures of what is shown, and holds that nothing is wider than the screen. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(kept, { recursive: true });
  for (const width of widths) {
    await resize(page, width, 800);
    // Until the letters are here and nothing moves any more.
    await page.session.run(async () => {
      await document.fonts.ready;
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      await Promise.race([Promise.allSettled(document.getAnimations().map((animation) => animation.finished)), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    });
    writeFileSync(path.join(kept, `${name}-${width}.png`), await page.session.picture());
    const wide = await page.session.run(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, `${name} at ${width}: wider than the screen`).toBeLessThanOrEqual(0);
  }
}

/** Goes through every screen of an open box and looks at it. Ends on the last one. */
export async function lookAtAll(page: Page, browser: string): Promise<void> {
  const heading = () => page.session.run(() => [...document.querySelectorAll("h1")].map((each) => each.textContent).join());
  for (const place of places) {
    const before = await heading();
    await page.session.run((to) => {
      history.pushState({}, "", `/${to}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, place);
    await until(async () => {
      const now = await heading();
      return now !== "" && now !== before;
    }, () => `${place} is not shown`);
    expect(await heading(), place).not.toContain("This screen broke");
    await look(page, `${browser}-${place}`);
  }
}

/** Makes the page so wide, whatever its window has around it. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  const { session } = page;
  const factor = page.zoom && width < 500 ? 3 : 1;
  await page.zoom?.(factor);
  const inner = () => session.run(() => [innerWidth, innerHeight] as const);
  let [around, above] = [0, 0];
  for (let tries = 0; tries < 5; tries += 1) {
    await session.post("/window/rect", { width: width * factor + around, height: height * factor + above });
    const [wide, high] = await inner();
    if (wide === width) return;
    around += (width - wide) * factor;
    above += (height - high) * factor;
  }
  throw new Error(`the page cannot be ${width} px wide: it is ${(await inner())[0]}`);
}
