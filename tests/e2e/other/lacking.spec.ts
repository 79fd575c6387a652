import { look } from "./look.ts";
import { test } from "./test.ts";

// Where something is missing that LifeOS cannot be without, the page says so in plain words, before
// anything is typed. Nothing here may hang, or show an empty page.

const keepsNothing = "This browser keeps nothing here";

test("a private window of Firefox", async ({ firefox }) => {
  const { page } = await firefox({ prefs: { "browser.privatebrowsing.autostart": true } });
  await page.part("heading", keepsNothing).first();
  await page.saysAnywhere("Leave the private window");
  await look(page, "firefox-private");
});

test("a Firefox that blocks all cookies and stored data", async ({ firefox }) => {
  const { page } = await firefox({ prefs: { "network.cookie.cookieBehavior": 2 } });
  await page.part("heading", keepsNothing).first();
  await page.saysAnywhere("to store data");
});

test("an address with http on another machine", async ({ box, firefox }) => {
  const elsewhere = new URL(box.origin);
  elsewhere.hostname = "life.example";
  const { page } = await firefox({ at: elsewhere.href, prefs: { "network.dns.localDomains": "life.example" } });
  await page.part("heading", keepsNothing).first();
  await page.saysAnywhere("Open the box by https");
});

test("a Firefox that runs no WebAssembly", async ({ firefox }) => {
  const { page } = await firefox({ prefs: { "javascript.options.wasm": false } });
  await page.part("heading", "LifeOS could not start here").first();
  await look(page, "firefox-not-started");
});

test("WebKit at http, which keeps no sign-in there", async ({ webkit }) => {
  const { page } = await webkit();
  await page.part("heading", keepsNothing).first();
  await page.saysAnywhere("Open the box by https, or in Chromium or Firefox.");
  await look(page, "webkit-http");
});

test.describe("at https", () => {
  test.use({ boxOptions: async ({ tls }, use) => use({ tls }) });

  test("WebKit as Debian ships it, without a private file system", async ({ webkit }) => {
    const { page } = await webkit({ keeps: false });
    await page.part("heading", keepsNothing).first();
    await page.saysAnywhere("Use a current Chromium, Firefox or Safari.");
    await look(page, "webkit-https");
  });

  test("WebKit with a private file system that no worker can write to", async ({ webkit }) => {
    const { page } = await webkit();
    await page.part("heading", keepsNothing).first(60_000);
  });
});
