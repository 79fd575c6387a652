import { claim, goTo, reloadLocked, unlockWithPasskey } from "../house/steps.ts";
import { axeOn } from "../house/screens.ts";
import { expect, test } from "../house/test.ts";
import { readPdf } from "../house/pdf.ts";

test("the manuals are read, searched and changed over without the box, in both languages", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await reloadLocked(page);
  await unlockWithPasskey(page);
  await box.kill();
  await reloadLocked(page);

  // Who is locked out is the one who needs it.
  await page.getByRole("button", { name: "Help" }).click();
  const window = page.getByRole("dialog", { name: "Help" });
  await expect(window.getByRole("heading", { name: "I lost everything" })).toBeVisible();
  expect(await axeOn(page, "help on the locked page")).toEqual([]);
  await window.getByRole("button", { name: "how", exact: true }).click();
  await expect(window.getByRole("heading", { name: "Backup and putting back" })).toBeFocused();
  await window.getByRole("button", { name: "Close" }).click();
  await unlockWithPasskey(page);

  await page.keyboard.press("F1");
  await expect(page).toHaveURL(/\/help$/);
  await page.getByRole("searchbox", { name: "Find in the help" }).fill("histories keep");
  await page.getByRole("list", { name: "Found in the manuals" }).getByRole("button", { name: /^Two histories Recovery manual/ }).click();
  await expect(page).toHaveURL(/\/help\/recovery\/two-histories$/);
  await expect(page.getByRole("heading", { name: "Two histories", exact: true })).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "The places" })).toBeVisible();

  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByText("Deutsch", { exact: true }).click();
  await page.keyboard.press("F1");
  await expect(page.getByRole("heading", { name: "Die Orte" })).toBeVisible();
  expect(await axeOn(page, "help in German")).toEqual([]);
});

test("the recovery manual prints as numbered pages of its own, whole, in black on white", async ({ box, open }) => {
  const { page } = await open({ colorScheme: "dark" });
  await claim(page, box);
  await page.evaluate(() => {
    window.print = () => {};
    history.pushState({}, "", "/help/recovery");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await page.getByRole("button", { name: "Print this manual" }).click();
  await expect(page.locator(".paper")).toBeAttached();
  const { pages, text } = readPdf(await page.pdf({ format: "A4", preferCSSPageSize: true, path: "../../target/e2e-screens/recovery.pdf" }));
  expect(pages).toBeGreaterThan(2);
  expect(pages).toBeLessThan(8);
  for (const words of ["Recovery manual", "Do this today", "I lost everything", "Whom the box cannot help", `1/${pages}`, `${pages}/${pages}`]) expect(text).toContain(words.replaceAll(" ", ""));
  for (const words of ["Find in", "Settings", "In step", "Inbox"]) expect(text, "what stands on the screen").not.toContain(words.replaceAll(" ", ""));
  // Printed, it is gone from the page.
  await expect(page.locator(".paper")).toHaveCount(0);
});

test("after an update one line leads to what is new, once", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await expect(page.getByRole("button", { name: /what is new$/ })).toHaveCount(0);
  await page.evaluate(() => {
    localStorage.setItem("lifeos.seen", "0.0.1 before");
    localStorage.setItem("lifeos.told", "none");
  });
  await reloadLocked(page);
  await unlockWithPasskey(page);
  await page.getByRole("button", { name: /^Updated to .*what is new$/ }).click();
  await expect(page).toHaveURL(/\/help\/new$/);
  await expect(page.getByRole("listitem").filter({ hasText: "new" }).first()).toBeVisible();
  expect(await axeOn(page, "what is new")).toEqual([]);
  await reloadLocked(page);
  await unlockWithPasskey(page);
  await goTo(page, "Inbox");
  await expect(page.getByRole("button", { name: /what is new$/ })).toHaveCount(0);
});
