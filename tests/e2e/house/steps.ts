import { expect, type Locator, type Page } from "@playwright/test";
import type { Box } from "./box.ts";

/** What a person has on paper: the groups as they are printed. */
export type Kit = { code: string; account: string; words: string[] };

/** From the claim page to Today. Returns the kits, one each with PRF, two without. */
export async function claim(page: Page, box: Box, { kits = 1, name = "Ada Example", device }: { kits?: 1 | 2; name?: string; device?: string } = {}): Promise<Kit[]> {
  await beginClaim(page, box, name, device);
  const kept: Kit[] = [];
  for (let number = 1; number <= kits; number += 1) {
    await expect(page.getByRole("heading", { level: 1, name: kits === 1 ? "Keep your recovery kit" : `Keep recovery kit ${number} of ${kits}` })).toBeVisible();
    const kit = await readKit(page);
    kept.push(kit);
    await expect(page.getByRole("button", { name: "It is kept, go on" })).toBeDisabled();
    await page.getByRole("button", { name: "I wrote it down by hand" }).click();
    await page.getByRole("button", { name: "It is kept, go on" }).click();
    await proveKit(page, kit);
  }
  await expectToday(page);
  return kept;
}

/** The steps before the kit: the code, a name, the passkey and its first use. */
export async function beginClaim(page: Page, box: Box, name: string, device?: string): Promise<void> {
  await page.getByRole("textbox", { name: "Claim code" }).fill(box.claimCode ?? "");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  if (device !== undefined) await page.getByRole("textbox", { name: "Name of this device" }).fill(device);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Make the passkey" }).click();
  const kit = page.getByRole("article", { name: /^Recovery kit/ });
  const again = page.getByRole("button", { name: "Use the passkey" });
  await expect(kit.or(again)).toBeVisible();
  if (await again.isVisible()) await again.click();
  await expect(kit).toBeVisible();
}

/** Reads the kit off the page, as a person reads the sheet. */
export async function readKit(page: Page): Promise<Kit> {
  const sheet = page.getByRole("article", { name: /^Recovery kit/ });
  const lists = sheet.getByRole("list");
  const groups = async (list: Locator) => (await list.getByRole("listitem").allInnerTexts()).map((text) => text.trim().split(/\s+/).at(-1) ?? "");
  const code = await groups(lists.nth(0));
  const account = await groups(lists.nth(1));
  const words = (await sheet.getByText(" · ").innerText()).split(" · ");
  return { code: code.join(" "), account: account.join(" "), words };
}

/** At a claim: the page that asks groups back, and what it asks for. */
export async function proveKit(page: Page, kit: Kit): Promise<void> {
  await expect(page.getByRole("heading", { name: "Read a part of it back" })).toBeVisible();
  await typeBack(page, kit);
}

/** Types the groups that are asked back. */
export async function typeBack(page: Page, kit: Kit): Promise<void> {
  const asked = page.getByRole("textbox", { name: /^Group \d+$/ });
  await expect(asked.first()).toBeVisible();
  const printed = kit.code.split(" ");
  for (const input of await asked.all()) {
    const label = await input.evaluate((element) => (element as HTMLInputElement).labels?.[0]?.textContent ?? "");
    const group = printed[Number(/\d+/.exec(label)?.[0]) - 1];
    if (group === undefined) throw new Error("a group is asked for that is not on the sheet");
    await input.fill(group);
  }
  await page.getByRole("button", { name: "Check and finish" }).click();
}

export async function expectToday(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible({ timeout: 20_000 });
}

/** `q` from anywhere, the title, Enter. */
export async function addTask(page: Page, title: string): Promise<void> {
  await page.keyboard.press("q");
  const field = page.getByRole("textbox", { name: "What is to be done?" });
  await field.fill(title);
  await field.press("Enter");
  await expect(field).toBeHidden();
}

/** A place of the rail, as `Inbox`. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: new RegExp(`^${place}`) }).click();
  await expect(page.getByRole("heading", { level: 1, name: place })).toBeVisible();
}

export function task(page: Page, title: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: title, exact: true }) });
}

/** Loads the page again: the keys are gone from memory, so that it is locked. */
export async function reloadLocked(page: Page): Promise<void> {
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible({ timeout: 20_000 });
}

export async function unlockWithPasskey(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible({ timeout: 20_000 });
}

/** The line that says how things stand with the box. */
export function syncLine(page: Page): Locator {
  return page.getByRole("navigation", { name: "Places" }).getByRole("status");
}

/** A browser that holds nothing takes the account over with what stands on the sheet. */
export async function joinWithKit(page: Page, kit: Kit, device: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("textbox", { name: "Name of this device" }).fill(device);
  await page.getByRole("button", { name: /^Use a recovery kit/ }).click();
  await page.getByRole("textbox", { name: "Code" }).fill(kit.code);
  await page.getByRole("button", { name: "Go on" }).click();
  const compare = page.getByRole("heading", { level: 1, name: "Compare with your kit" });
  const places = page.getByRole("navigation", { name: "Places" });
  await expect(compare.or(places)).toBeVisible({ timeout: 20_000 });
  if (await compare.isVisible()) {
    expect(await wordsToCompare(page)).toEqual(kit.words);
    await page.getByRole("button", { name: "Yes, they are the same" }).click();
  }
  await expect(places).toBeVisible({ timeout: 20_000 });
}

/**
 * The first browser lets the second one in: its link is opened, the code that it shows is typed, the
 * words are compared. With another `code` than the one shown it goes no further than typing it.
 */
export async function approve(first: Page, second: Page, device: string, { code }: { code?: (shown: string) => string } = {}): Promise<void> {
  await expect(second.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible({ timeout: 20_000 });
  await second.getByRole("textbox", { name: "Name of this device" }).fill(device);
  await second.getByRole("button", { name: /^Approve from another device/ }).click();
  const link = await second.getByText(/^https?:\/\/\S+#\S+$/).innerText();

  await first.getByRole("button", { name: /^More/ }).click();
  await first.getByRole("menuitem", { name: "Add a device" }).click();
  await first.getByRole("textbox", { name: "Link from the new device" }).fill(link);
  await first.getByRole("button", { name: "Go on" }).click();
  await first.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();

  const name = await second.getByRole("img", { name: /^Code \d{6}$/ }).getAttribute("aria-label", { timeout: 20_000 });
  const shown = name?.replace(/\D/g, "") ?? "";
  const compared = await wordsToCompare(second);
  await first.getByRole("textbox", { name: "Code" }).fill(code ? code(shown) : shown);
  await first.getByRole("button", { name: "Let it in" }).click();
  if (code) return;
  await expect(first.getByText("The new device is in")).toBeVisible({ timeout: 20_000 });
  await expect(second.getByRole("heading", { level: 1, name: "Is this your account?" })).toBeVisible({ timeout: 20_000 });
  expect(await wordsToCompare(second)).toEqual(compared);
  await second.getByRole("button", { name: "Yes, they are the same" }).click();
  await expect(second.getByRole("navigation", { name: "Places" })).toBeVisible({ timeout: 20_000 });
}

export async function wordsToCompare(page: Page): Promise<string[]> {
  const items = await page.getByRole("list", { name: "Words to compare" }).getByRole("listitem").allInnerTexts();
  return items.map((text) => text.trim().split(/\s+/).at(-1) ?? "");
}

/** A file by its path, or by what is in it. */
export type File = string | { name: string; mimeType: string; buffer: Buffer };

/** Gives the settings, which are open, a file to be imported. */
export async function giveFile(page: Page, file: File): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file" }).click();
  await (await chooser).setFiles(file);
}

/** Chooses a file to be imported, in Settings, and waits for what would come in. */
export async function chooseFile(page: Page, file: File): Promise<Locator> {
  await page.getByRole("button", { name: "Settings" }).click();
  await giveFile(page, file);
  const report = page.getByRole("dialog", { name: "What would come in" });
  await expect(report).toBeVisible();
  return report;
}
