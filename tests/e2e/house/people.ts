import { expect, type Locator, type Page } from "@playwright/test";
import { proveKit, readKit, wordsToCompare } from "./steps.ts";

/** What is handed over: the link by one way, the code by another. */
export type Handed = { link: string; code: string; words: string[] };

export async function openPeople(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^More/ }).first().click();
  await page.getByRole("menuitem", { name: "People" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeVisible();
}

/** Answers the question for the passkey where it comes: it counts for a few minutes. */
export async function stepUp(page: Page, until: Locator): Promise<void> {
  const asks = page.getByRole("dialog", { name: "Is it you?" });
  await expect(asks.or(until).first()).toBeVisible();
  if (await asks.isVisible()) await asks.getByRole("button", { name: "Use the passkey" }).click();
  await expect(until).toBeVisible({ timeout: 20_000 });
}

/** On People: invites somebody to a new space, and reads what is handed over. */
export async function invite(page: Page, { space, role = "Member" }: { space: string; role?: string }): Promise<Handed> {
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("textbox", { name: "Name of the space" }).fill(space);
  await dialog.getByRole("radiogroup", { name: "Role in the space" }).getByText(role, { exact: true }).click();
  await dialog.getByRole("button", { name: "Make the invitation" }).click();
  return handOver(page);
}

/** Reads the invitation off the page and puts it away; `meanwhile` is done while it is shown. */
export async function handOver(page: Page, meanwhile?: () => Promise<void>): Promise<Handed> {
  const shown = page.getByRole("dialog", { name: "Hand the invitation over" });
  await stepUp(page, shown);
  const link = await shown.getByText(/^https?:\/\/\S+#join\//).innerText();
  const code = ((await shown.getByRole("img", { name: /^Code / }).getAttribute("aria-label")) ?? "").replace(/^Code /, "");
  const words = await wordsIn(shown);
  await meanwhile?.();
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(shown).toBeHidden();
  return { link, code, words };
}

/** Whether the words of who invites are compared, and whether the link is pasted: one that is opened stands in the browser's own history. */
export type How = { compares?: boolean; pastes?: boolean };

/** In a browser that holds nothing: from the link to the code, comparing or not. */
export async function openLink(page: Page, handed: Handed, { compares = true, pastes = false }: How = {}): Promise<void> {
  if (pastes) {
    await page.getByRole("button", { name: /^I was invited/ }).click();
    await page.getByRole("textbox", { name: "Link of the invitation" }).fill(handed.link);
    await page.getByRole("button", { name: "Go on" }).click();
  } else await page.goto(handed.link);
  await expect(page.getByRole("heading", { level: 1, name: "Who invites you?" })).toBeVisible({ timeout: 20_000 });
  expect(await wordsToCompare(page)).toEqual(handed.words);
  await page.getByRole("button", { name: compares ? "They are the same" : "I cannot compare now" }).click();
}

/** Types the code and a name, and asks the box to be let in. */
export async function typeCode(page: Page, code: string, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Code of the invitation" }).fill(code);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("button", { name: "Go on" }).click();
}

/** The whole way in, to the own Today. */
export async function comeIn(page: Page, handed: Handed, name: string, how: How = {}): Promise<void> {
  await openLink(page, handed, how);
  await typeCode(page, handed.code, name);
  await page.getByRole("button", { name: "Make the passkey" }).click();
  const kit = page.getByRole("article", { name: /^Recovery kit/ });
  const again = page.getByRole("button", { name: "Use the passkey" });
  await expect(kit.or(again)).toBeVisible();
  if (await again.isVisible()) await again.click();
  await expect(kit).toBeVisible();
  const paper = await readKit(page);
  await page.getByRole("button", { name: "I wrote it down by hand" }).click();
  await page.getByRole("button", { name: "It is kept, go on" }).click();
  await proveKit(page, paper);
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible({ timeout: 20_000 });
}

async function wordsIn(place: Locator): Promise<string[]> {
  const list = place.getByRole("list", { name: "Words to compare" });
  await expect(list).toBeVisible();
  const items = await list.getByRole("listitem").allInnerTexts();
  return items.map((text) => text.trim().split(/\s+/).at(-1) ?? "");
}

/** The six words of the own account, as its page People shows them. */
export async function ownWords(page: Page): Promise<string[]> {
  return wordsToCompare(page);
}

/** On People: compares the words of who came with those that they read aloud, and shares what the invitation is for. */
export async function compare(page: Page, aloud: readonly string[]): Promise<void> {
  await page.getByRole("button", { name: "Compare words" }).first().click({ timeout: 20_000 });
  const dialog = page.getByRole("dialog", { name: /^Compare words/ });
  expect(await wordsIn(dialog)).toEqual(aloud);
  await dialog.getByRole("button", { name: "They are the same" }).click();
  const asks = page.getByRole("dialog", { name: "Is it you?" });
  await expect(async () => {
    if (await asks.isVisible()) await asks.getByRole("button", { name: "Use the passkey" }).click();
    await expect(dialog).toBeHidden({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
}

/** A shared space by its place in the rail. */
export async function goToSpace(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name }).click({ timeout: 20_000 });
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}
