import { expect } from "@playwright/test";
import type { Kit } from "../house/steps.ts";
import { keys, type Page, type Part, pause, until } from "./page.ts";

/** The steps of house/steps.ts, for a browser that Playwright does not drive. */

/** From the claim page to Today. Returns the kits: one if the passkey makes keys by itself (PRF), else two. */
export async function claim(page: Page, code: string): Promise<Kit[]> {
  await page.part("textbox", "Claim code").fill(code);
  await page.part("button", "Go on").click();
  await page.part("textbox", "Your name").fill("Ada Example");
  await page.part("button", "Go on").click();
  await page.part("button", "Make the passkey").click();
  const sheet = page.part("article", /^Recovery kit/);
  const again = page.part("button", "Use the passkey");
  // An authenticator that gives no key when it is made gives it twice.
  for (let uses = 0; uses < 2; uses += 1) {
    await until(async () => (await sheet.isThere()) || (await again.isThere()), () => "neither a kit nor the passkey's second use is asked for");
    if (await sheet.isThere()) break;
    await again.click();
    await pause(1_000);
    expect(await page.part("alert").texts()).toEqual([]);
  }
  const kept: Kit[] = [];
  for (;;) {
    await page.part("heading", /^Keep (your )?recovery kit/).first();
    const [title = ""] = await page.part("heading", /^Keep (your )?recovery kit/).texts();
    const kit = await readKit(page, sheet);
    kept.push(kit);
    await page.part("button", "I wrote it down by hand").click();
    await page.part("button", "It is kept, go on").click();
    await typeBack(page, kit);
    if (!/1 of 2$/.test(title)) break;
  }
  await page.part("heading", "Today").first();
  return kept;
}

/** Reads the kit off the page, as a person reads the sheet. */
async function readKit(page: Page, sheet: Part): Promise<Kit> {
  return page.session.run((element) => {
    const whole = element as unknown as HTMLElement;
    const groups = [...whole.querySelectorAll("ol, ul")].map((list) => [...list.querySelectorAll<HTMLElement>("li")].map((item) => item.innerText.trim().split(/\s+/).at(-1)).join(" "));
    const words = [...whole.querySelectorAll("p")].map((part) => part.innerText).find((text) => text.includes(" · ")) ?? "";
    return { code: groups[0] ?? "", account: groups[1] ?? "", words: words.split(" · ") };
  }, await sheet.first());
}

/** Types the groups that are asked back. */
async function typeBack(page: Page, kit: Kit): Promise<void> {
  await page.part("textbox", /^Group \d+$/).first();
  const asked = await page.session.run(() => [...document.querySelectorAll("input")].map((input) => input.labels?.[0]?.textContent ?? "").filter((label) => /^Group \d+$/.test(label)));
  const printed = kit.code.split(" ");
  for (const label of asked) await page.part("textbox", label).fill(printed[Number(/\d+/.exec(label)?.[0]) - 1] ?? "");
  await page.part("button", "Check and finish").click();
}

export function places(page: Page): Part {
  return page.part("navigation", "Places");
}

/** The line that says how things stand with the box. */
export function syncLine(page: Page): Part {
  return places(page).part("status");
}

export function task(page: Page, title: string): Part {
  return page.part("row").part("checkbox", title);
}

export async function goTo(page: Page, place: string): Promise<void> {
  await places(page).part("link", new RegExp(`^${place}`)).click();
  await page.part("heading", place).first();
}

/** `q` from anywhere, the title, Enter: no mouse. */
export async function addTask(page: Page, title: string): Promise<void> {
  await page.press("q");
  const field = page.part("textbox", "What is to be done?");
  await field.first();
  await page.press(...title, keys.enter);
  await field.gone();
  await task(page, title).first();
}

/** Goes through the page by Tab until the focus is on the row of a task, and presses `d`. */
export async function complete(page: Page, title: string): Promise<void> {
  for (let stop = 0; stop < 90; stop += 1) {
    const focused = await page.session.run(() => (document.activeElement?.getAttribute("role") === "row" ? (document.activeElement.textContent ?? "") : ""));
    if (focused.includes(title)) break;
    await page.press(focused === "" ? keys.tab : keys.down);
  }
  await page.press("d");
  await task(page, title).gone();
}

/** Loads the page again: the keys are gone from memory, so that it is locked. */
export async function reloadLocked(page: Page): Promise<void> {
  await page.reload();
  await page.part("heading", "Locked").first();
  expect(await page.text()).not.toContain("Ada");
}

export async function unlockWithPasskey(page: Page): Promise<void> {
  await page.part("button", "Unlock with the passkey").click();
  await places(page).first();
}

export async function unlockWithKit(page: Page, kit: Kit): Promise<void> {
  const field = page.part("textbox", "Code of the kit");
  const choice = page.part("button", "Use a recovery kit");
  await until(async () => (await field.isThere()) || (await choice.isThere()), () => "no kit can be typed");
  if (await choice.isThere()) await choice.click();
  await field.fill(kit.code);
  await page.part("button", "Unlock with the kit").click();
  await places(page).first();
}

/** A browser that holds nothing takes the account over with what stands on the sheet. */
export async function joinWithKit(page: Page, kit: Kit, device: string): Promise<void> {
  await page.part("heading", "Welcome back").first();
  await page.part("textbox", "Name of this device").fill(device);
  await page.part("button", /^Use a recovery kit/).click();
  await page.part("textbox", "Code").fill(kit.code);
  await page.part("button", "Go on").click();
  await page.part("heading", "Compare with your kit").first();
  const words = await page.part("list", "Words to compare").part("listitem").texts();
  expect(words.map((word) => word.split(" ").at(-1))).toEqual(kit.words);
  await page.part("button", "Yes, they are the same").click();
  await places(page).first();
}

/** Until the page can be loaded without the box. */
export async function keepsItself(page: Page): Promise<void> {
  await page.session.run(() => navigator.serviceWorker.ready.then(() => true));
}
