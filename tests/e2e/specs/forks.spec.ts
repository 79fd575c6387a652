import type { Page } from "@playwright/test";
import type { Browser } from "../house/browser.ts";
import { Keyboard } from "../house/keyboard.ts";
import { faultsOn, still } from "../house/screens.ts";
import { addTask, claim, goTo, joinWithKit, type Kit, readKit, syncLine, task, typeBack } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("two histories that a box has shown are read, and one is kept, by keyboard alone; nothing that was written is lost", async ({ box, open }) => {
  test.setTimeout(300_000);
  const first = await open();
  const [kit] = await claim(first.page, box, { device: "Desk" });
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Before");
  await expect(syncLine(first.page)).toHaveText("In step");
  const joined = await open({ authenticator: null });
  await joinWithKit(joined.page, kit, "Kitchen");
  await goTo(joined.page, "Inbox");
  await expect(task(joined.page, "Before")).toBeVisible();
  await expect(syncLine(joined.page)).toHaveText("In step");
  await expect(syncLine(first.page)).toHaveText("In step");

  // One box, twice: each of the two browsers makes a kit at another, and neither hears of the other's.
  await joined.shut();
  const before = await box.copy();
  await box.start();
  await makeKit(first.page, kit);
  await first.shut();
  const one = await box.copy();
  await box.putBack(before);
  const second = await openAgain(open, joined, kit);
  const { page } = second;
  await makeKit(page, kit);
  await box.kill();
  await expect(syncLine(page)).toContainText("Offline", { timeout: 20_000 });
  await goTo(page, "Inbox");
  await addTask(page, "Written here since");
  await box.putBack(one);

  const alarm = page.getByRole("alert").filter({ hasText: "Two histories of your account exist" });
  await expect(alarm).toBeVisible({ timeout: 60_000 });
  const keys = new Keyboard(page);
  await keys.use(alarm.getByRole("link").or(alarm.getByRole("button")).first());
  await expect(page.getByRole("heading", { level: 1, name: "Two histories" })).toBeVisible();
  const ours = page.getByRole("article", { name: "The one that this device followed" });
  const theirs = page.getByRole("article", { name: "The other one" });
  for (const history of [ours, theirs]) await expect(history.getByRole("listitem")).toHaveCount(1);
  await expect(theirs.getByText("at your box")).toBeVisible();
  await expect(ours.getByText("Your box goes on with the other one")).toBeVisible();
  const findings = await lookAt(page, "two histories");

  await keys.use(theirs.getByRole("button", { name: "Keep this history" }));
  const asked = page.getByRole("alertdialog", { name: "Keep this history?" });
  await expect(asked).toBeVisible();
  await keys.use(asked.getByRole("button", { name: /^No passkey at hand/ }));
  findings.push(...(await lookAt(page, "keep a history")));
  await keys.write(asked.getByRole("textbox", { name: "Code of the kit" }), kit.code);
  await keys.use(asked.getByRole("button", { name: "Keep it, with the kit" }));
  await expect(page.getByText("There is one history, and everything is in it")).toBeVisible({ timeout: 30_000 });
  await keys.expectKept();
  findings.push(...(await lookAt(page, "one history")));
  expect(findings).toEqual([]);

  // The choice is not asked for any more. That a box was put back is noticed besides, and stands until it was seen.
  await expect(page.getByText(/^Two histories of your account/)).toHaveCount(0);
  const seen = page.getByRole("button", { name: "I have seen it" });
  await expect(async () => {
    if (await seen.isVisible()) await keys.use(seen);
    await expect(syncLine(page)).toHaveText("In step", { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });

  // What waited is sent, and the browser that never saw the other history has it.
  const { page: again } = await openAgain(open, first, kit);
  await goTo(again, "Inbox");
  await expect(task(again, "Written here since")).toBeVisible({ timeout: 30_000 });
  await addTask(again, "Written by the first");
  await goTo(page, "Inbox");
  await expect(task(page, "Written by the first")).toBeVisible({ timeout: 30_000 });
});

/** Starts a browser again over its profile, and unlocks it with the kit: its authenticator went with it. */
async function openAgain(open: (options: { profile: string; authenticator: null }) => Promise<Browser>, { profile }: Browser, kit: Kit): Promise<Browser> {
  const browser = await open({ profile, authenticator: null });
  const { page } = browser;
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code of the kit" }).fill(kit.code);
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible({ timeout: 20_000 });
  await expect(syncLine(page)).toHaveText("In step", { timeout: 30_000 });
  return browser;
}

/** One more kit, as Devices makes it. */
async function makeKit(page: Page, kit: Kit): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("button", { name: /^Make a (second )?kit$/ }).click();
  const asks = page.getByRole("dialog", { name: "Is it you?" });
  const sheet = page.getByRole("dialog", { name: "New recovery kit" });
  await expect(asks.or(sheet)).toBeVisible();
  if (await asks.isVisible()) {
    await asks.getByRole("button", { name: /^No passkey at hand/ }).click();
    await asks.getByRole("textbox", { name: "Code of the kit" }).fill(kit.code);
    await asks.getByRole("button", { name: "Use the kit" }).click();
  }
  await expect(sheet).toBeVisible();
  const made = await readKit(page);
  await sheet.getByRole("button", { name: "I wrote it down by hand" }).click();
  await sheet.getByRole("button", { name: "It is kept, go on" }).click();
  await typeBack(page, made);
  await expect(page.getByText(/^The new kit counts/)).toBeVisible();
}

/** What axe and the width say at each width. */
async function lookAt(page: Page, name: string): Promise<string[]> {
  const before = page.viewportSize();
  const findings: string[] = [];
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 860 });
    await still(page);
    findings.push(...(await faultsOn(page, `${name} ${width}`)));
  }
  if (before) await page.setViewportSize(before);
  return findings;
}
