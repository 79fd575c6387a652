import { writeFileSync } from "node:fs";
import { test as house } from "../house/test.ts";
import { type FirefoxOptions, openFirefox, openWebKit, type Other } from "./browsers.ts";
import { type Certificate, makeCertificate } from "./tls.ts";

type Fixtures = {
  /** Firefox, at the box. */
  firefox: (options?: FirefoxOptions & { at?: string }) => Promise<Other>;
  /** WebKit, at the box. */
  webkit: (options?: { keeps?: boolean }) => Promise<Other>;
};

/** The tests of the house, with browsers that Playwright does not drive. */
export const test = house.extend<Fixtures & { others: (opened: Promise<Other>) => Promise<Other> }, { tls: Certificate }>({
  tls: [async ({}, use) => {
    const made = makeCertificate();
    await use(made);
    made.remove();
  }, { scope: "worker" }],
  others: async ({}, use, info) => {
    const all: Other[] = [];
    await use(async (opening) => {
      const opened = await opening;
      all.push(opened);
      info.annotations.push({ type: "browser", description: opened.version });
      console.log(`    ${opened.version}`);
      return opened;
    });
    for (const [at, opened] of all.entries()) {
      if (info.status !== info.expectedStatus) {
        await opened.page.session.picture().then((picture) => writeFileSync(info.outputPath(`other-${at + 1}.png`), picture), () => {});
        await info.attach(`other-${at + 1}.txt`, { body: opened.driver.said, contentType: "text/plain" });
      }
      await opened.close();
    }
  },
  firefox: async ({ box, others }, use) => {
    await use(({ at = box.origin, ...options } = {}) => others(openFirefox(at, options)));
  },
  webkit: async ({ box, others }, use) => {
    await use((options) => others(openWebKit(box.origin, options)));
  },
});

export { expect } from "@playwright/test";
