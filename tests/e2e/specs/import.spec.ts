import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "../house/test.ts";
import { claim } from "../house/steps.ts";

const backup = path.resolve(import.meta.dirname, "../../samples/super-productivity/test-backup.json");

/** Chooses the backup in Settings and waits for what would come in. */
async function choose(page: Page) {
  await page.getByRole("button", { name: "Settings" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import a file" }).click();
  await (await chooser).setFiles(backup);
  const report = page.getByRole("dialog", { name: "What would come in" });
  await expect(report).toBeVisible();
  return report;
}

async function counted(report: ReturnType<Page["getByRole"]>, kind: string): Promise<{ fresh: number; same: number }> {
  const cells = await report.getByRole("row").filter({ has: report.page().getByRole("rowheader", { name: kind, exact: true }) }).getByRole("cell").allInnerTexts();
  return { fresh: Number(cells[0]), same: Number(cells[2]) };
}

test("a Super Productivity backup is shown first, brought in, and not brought in twice", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const parsed: unknown = JSON.parse(readFileSync(backup, "utf8"));
  const tasks = Object.keys((parsed as { data: { task: { entities: object } } }).data.task.entities).length;

  let report = await choose(page);
  const first = await counted(report, "Tasks");
  expect(first.fresh).toBeGreaterThanOrEqual(tasks);
  expect(first.same).toBe(0);
  await expect(report.getByText("Nothing has been written yet.")).toBeVisible();
  await report.getByRole("button", { name: "Bring it in" }).click();
  const done = page.getByRole("dialog", { name: "It is in" });
  await expect(done).toBeVisible({ timeout: 20_000 });
  await done.getByRole("button", { name: "Done" }).click();

  report = await choose(page);
  const again = await counted(report, "Tasks");
  expect(again).toEqual({ fresh: 0, same: first.fresh });
  await report.getByRole("button", { name: "Cancel" }).click();
  await expect(report).toBeHidden();
});

test("an import is taken back in one press", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const report = await choose(page);
  await report.getByRole("button", { name: "Bring it in" }).click();
  const done = page.getByRole("dialog", { name: "It is in" });
  await expect(done).toBeVisible({ timeout: 20_000 });
  await done.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("Taken back as a whole.")).toBeVisible({ timeout: 20_000 });
  const projects = page.getByRole("navigation", { name: "Places" });
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page.getByRole("heading", { level: 1, name: "Projects" })).toBeVisible();
  await expect(projects.getByRole("link", { name: /^Inbox\s*\d/ })).toHaveCount(0);
});
