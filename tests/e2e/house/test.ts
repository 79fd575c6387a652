import { test as base, expect } from "@playwright/test";
import { Box, type BoxOptions } from "./box.ts";
import { Browser, type BrowserOptions } from "./browser.ts";
import { Clock } from "./clock.ts";

type Fixtures = {
  /** How the box is started. */
  boxOptions: BoxOptions;
  /** Whether the box and its browsers go by a clock that can be put forward. */
  passesTime: boolean;
  /** That clock. */
  clock: Clock | null;
  /** A box that nobody has claimed. */
  box: Box;
  /** Opens one more browser at the box. */
  open: (options?: BrowserOptions) => Promise<Browser>;
};

export const test = base.extend<Fixtures>({
  boxOptions: [{}, { option: true }],
  passesTime: [false, { option: true }],
  clock: async ({ passesTime }, use) => {
    const clock = passesTime ? await Clock.make() : null;
    await use(clock);
    await clock?.remove();
  },
  box: async ({ boxOptions, clock }, use, info) => {
    const box = await Box.make({ ...boxOptions, ...(clock ? { clock } : {}) });
    await use(box);
    if (info.status !== info.expectedStatus) await info.attach("box.log", { body: box.said, contentType: "text/plain" });
    await box.remove();
  },
  open: async ({ box, clock }, use, info) => {
    const opened: Browser[] = [];
    await use(async (options) => {
      const browser = await Browser.open(box.origin, { ...options, ...(clock ? { clock } : {}) });
      opened.push(browser);
      return browser;
    });
    for (const [at, browser] of opened.entries()) {
      if (info.status !== info.expectedStatus) {
        if (!browser.page.isClosed()) await info.attach(`browser-${at + 1}.png`, { body: await browser.page.screenshot(), contentType: "image/png" });
        await info.attach(`browser-${at + 1}.txt`, { body: browser.complaints.join("\n"), contentType: "text/plain" });
      }
      await browser.close();
    }
    // Of every test: nothing that a page did left its origin.
    expect(opened.flatMap((browser) => browser.strayed)).toEqual([]);
  },
});

export { expect } from "@playwright/test";
