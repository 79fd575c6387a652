import { randomBytes } from "node:crypto";
import type { CDPSession, Page } from "@playwright/test";
import type { Box } from "./box.ts";
import { task } from "./steps.ts";
import { expect } from "./test.ts";

/**
 * Leaves the page no more room than it has, and writes notes of a task until one cannot be saved;
 * returns that one. A browser hands room out in pieces: what it has given already is used up first.
 */
export async function fillDisk(page: Page, tools: CDPSession, box: Box, title: string): Promise<string> {
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await tools.send("Storage.overrideQuotaForOrigin", { origin: box.origin, quotaSize: used });
  await task(page, title).click();
  const notes = page.getByRole("textbox", { name: "Notes" });
  const again = page.getByRole("button", { name: "Edit the notes" });
  const told = page.getByText("Not saved: this device's storage is full. Free some space, then try again.");
  let typed = "";
  await expect(async () => {
    if (await again.isVisible()) await again.click({ timeout: 2_000 });
    if (await notes.isVisible()) {
      typed = randomBytes(35_000).toString("base64");
      await notes.fill(typed, { timeout: 2_000 });
      await page.getByRole("textbox", { name: "Title" }).focus({ timeout: 2_000 });
    }
    await expect(told).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000, intervals: [50] });
  return typed;
}
