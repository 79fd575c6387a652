import type { Locator } from "@playwright/test";
import type { Browser } from "../house/browser.ts";
import { addTask, claim, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("a second passkey brings everything to a browser that holds nothing, until it is revoked", async ({ box, open }) => {
  const first = await open();
  const [kit] = await claim(first.page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Service the bicycle");
  await expect(syncLine(first.page)).toHaveText("In step");

  // Another device, which knows the first passkey as one knows a synced one: it signs, without PRF.
  const desk = await open({ authenticator: null });
  await joinWithKit(desk.page, kit, "Desk");
  await desk.addAuthenticator({ hasPrf: false });
  const [synced] = await credentialsOf(first, 0);
  if (!synced) throw new Error("the claim made no passkey");
  await desk.tools.send("WebAuthn.addCredential", { authenticatorId: desk.authenticators[0] ?? "", credential: synced });

  // The second passkey is made on a security key, after the first one has said that it is the owner.
  await openDevices(first);
  const ways = first.page.getByRole("region", { name: "Ways to unlock" });
  await expect(ways.getByRole("listitem").filter({ hasText: "Passkey" })).toHaveCount(1);
  const [before] = await revocable(ways);
  await ways.getByRole("button", { name: "Add a passkey" }).click();
  await first.page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  const adding = first.page.getByRole("dialog", { name: "Add a passkey" });
  await expect(adding).toBeVisible();
  await first.addAuthenticator({ transport: "usb" });
  await setAside(first, 0, true);
  await adding.getByRole("button", { name: "Make the passkey" }).click();
  const again = adding.getByRole("button", { name: "Use the passkey" });
  const added = first.page.getByText("The passkey was added.");
  await expect(again.or(added)).toBeVisible();
  if (await again.isVisible()) await again.click();
  await expect(added).toBeVisible();
  await expect(ways.getByRole("listitem").filter({ hasText: "Passkey" })).toHaveCount(2);
  const made = (await revocable(ways)).find((name) => name !== before) ?? "";

  // The browser loses all that it holds; the security key opens the account again, as a device of its own.
  await forgetAll(first);
  await joinWithPasskey(first, "Found again");
  await goTo(first.page, "Inbox");
  await expect(task(first.page, "Service the bicycle")).toBeVisible();
  await goTo(desk.page, "Inbox");
  await addTask(desk.page, "Written at the desk");
  await expect(task(first.page, "Written at the desk")).toBeVisible();
  await expect(syncLine(first.page)).toHaveText("In step");

  // The desk revokes it.
  expect(await credentialsOf(first, 1)).toHaveLength(1);
  await openDevices(desk);
  const passkeys = desk.page.getByRole("region", { name: "Ways to unlock" }).getByRole("listitem").filter({ hasText: "Passkey" });
  await expect(passkeys).toHaveCount(2);
  await desk.page.getByRole("button", { name: made, exact: true }).click();
  const asks = desk.page.getByRole("alertdialog", { name: "Revoke Passkey?" });
  await asks.getByRole("button", { name: "Revoke this way" }).click();
  await desk.page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  await expect(asks).toBeHidden({ timeout: 20_000 });
  await expect(passkeys.filter({ hasText: "revoked" })).toHaveCount(1);
  await expect(desk.page.getByRole("button", { name: made, exact: true })).toHaveCount(0);

  await forgetAll(first);
  await tryPasskey(first, "Once more");
  await expect(first.page.getByRole("alert")).toBeVisible({ timeout: 20_000 });
  await expect(first.page.getByRole("navigation", { name: "Places" })).toHaveCount(0);
  await expect(first.page.getByText("Service the bicycle")).toHaveCount(0);
});

async function openDevices(browser: Browser): Promise<void> {
  await browser.page.getByRole("button", { name: /^More for/ }).click();
  await browser.page.getByRole("menuitem", { name: "Devices and ways to unlock" }).click();
  await expect(browser.page.getByRole("heading", { level: 1, name: "Devices and ways to unlock" })).toBeVisible();
}

/** The names of the buttons that revoke a passkey. Each ends with the id of its way. */
async function revocable(ways: Locator): Promise<string[]> {
  return ways.getByRole("button", { name: /^Revoke Passkey / }).evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));
}

async function credentialsOf(browser: Browser, at: number) {
  return (await browser.tools.send("WebAuthn.getCredentials", { authenticatorId: browser.authenticators[at] ?? "" })).credentials;
}

/** An authenticator that is set aside is asked and never answers. */
async function setAside(browser: Browser, at: number, isAside: boolean): Promise<void> {
  await browser.tools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: browser.authenticators[at] ?? "", enabled: !isAside });
}

/** Empties everything that the origin keeps in this browser, and loads the page anew. */
async function forgetAll(browser: Browser): Promise<void> {
  const origin = new URL(browser.page.url()).origin;
  await browser.page.goto("about:blank");
  await browser.tools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await browser.page.goto(origin);
}

async function tryPasskey(browser: Browser, device: string): Promise<void> {
  const { page } = browser;
  await expect(page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("textbox", { name: "Name of this device" }).fill(device);
  await page.getByRole("button", { name: /^Use a passkey/ }).click();
}

async function joinWithPasskey(browser: Browser, device: string): Promise<void> {
  await tryPasskey(browser, device);
  const places = browser.page.getByRole("navigation", { name: "Places" });
  const compare = browser.page.getByRole("button", { name: "Yes, they are the same" });
  await expect(places.or(compare)).toBeVisible({ timeout: 20_000 });
  if (await compare.isVisible()) await compare.click();
  await expect(places).toBeVisible({ timeout: 20_000 });
}
