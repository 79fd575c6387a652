import { expect, test } from "../house/test.ts";
import type { Page } from "@playwright/test";
import { addTask, beginClaim, claim, goTo, proveKit, readKit, reloadLocked, syncLine, task } from "../house/steps.ts";

test("a passkey without PRF needs two kits, opens with the box's half, and a kit opens without the box", async ({ box, open }) => {
  const { page } = await open({ authenticator: "noPrf" });
  const kits = await claim(page, box, { kits: 2 });
  expect(kits[0]?.code).not.toBe(kits[1]?.code);
  expect(kits[0]?.account).toBe(kits[1]?.account);
  await goTo(page, "Inbox");
  await addTask(page, "Sharpen the knives");
  await expect(syncLine(page)).toHaveText("In step");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  await reloadLocked(page);
  await expect(page.getByText("needs the box to unlock")).toBeVisible();
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await goTo(page, "Inbox");
  await expect(task(page, "Sharpen the knives")).toBeVisible();

  await box.kill();
  await reloadLocked(page);
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await expect(page.getByText("The box cannot be reached.")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code of the kit" }).fill(kits[1]?.code ?? "");
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await goTo(page, "Inbox");
  await expect(task(page, "Sharpen the knives")).toBeVisible();
});

test("a kit is printed alone, whole, and on one page, at a claim and later", async ({ box, open }) => {
  const { page } = await open();
  await beginClaim(page, box, "Ada Example");
  await expectOnPaper(page);
  const kit = await readKit(page);
  await page.getByRole("button", { name: "I wrote it down by hand" }).click();
  await page.getByRole("button", { name: "It is kept, go on" }).click();
  await proveKit(page, kit);
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("button", { name: /^Make a (second )?kit$/ }).click();
  await page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  await expect(page.getByRole("dialog", { name: "New recovery kit" })).toBeVisible();
  await expectOnPaper(page);
});

/** What would leave the printer: one page, with nothing on it but the sheet. */
async function expectOnPaper(page: Page): Promise<void> {
  const kit = page.getByRole("article", { name: /^Recovery kit/ });
  const onScreen = await kit.innerText();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button")).toHaveCount(0);
  await expect(kit).toHaveCount(1);
  expect(await page.locator("body").innerText()).toBe(onScreen);
  const paper = await page.pdf({ format: "A4", margin: { top: "1cm", bottom: "1cm", left: "1cm", right: "1cm" } });
  expect(paper.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
  await page.emulateMedia({ media: "screen" });
}
