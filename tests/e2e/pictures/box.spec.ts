import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { addTask, claim, giveFile, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";
import { expect, fillWithSamples, keys, sayYes, test, to } from "./look.ts";

const backup = path.resolve(import.meta.dirname, "../../samples/super-productivity/test-backup.json");

test("a file comes in: what would, what did, what both changed, and one that is no backup", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await to(page, "settings");
  await giveFile(page, backup);
  const report = page.getByRole("dialog", { name: "What would come in" });
  await expect(report).toBeVisible();
  await look(page, "import-report");
  await page.getByRole("button", { name: "Bring it in" }).click();
  await expect(page.getByRole("dialog", { name: "It is in" })).toBeVisible();
  await look(page, "import-done", 360, 1440);
  await page.getByRole("button", { name: "Done" }).click();
  await to(page, "settings");
  await giveFile(page, { name: "holiday.json", mimeType: "application/json", buffer: Buffer.from("{ not json") });
  await expect(page.getByRole("dialog", { name: "Not imported" })).toBeVisible();
  await look(page, "import-refused", 360, 1440);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

  const parsed = JSON.parse(readFileSync(backup, "utf8")) as { data: { task: { entities: Record<string, { title: string; isDone: boolean }> } } };
  const both = Object.values(parsed.data.task.entities).filter((entry) => !entry.isDone).slice(0, 3);
  await to(page, "search");
  for (const entry of both) {
    await page.getByRole("searchbox", { name: "Search" }).fill(entry.title);
    const row = page.getByRole("row").filter({ hasText: entry.title }).first();
    await row.click();
    const title = page.getByRole("complementary", { name: "Detail" }).getByRole("textbox", { name: "Title" });
    await title.fill(`${entry.title}, as I wrote it here`);
    await title.press("Enter");
    await keys(page, "Escape");
    entry.title = `${entry.title} (from the file)`;
  }
  await to(page, "settings");
  await giveFile(page, { name: "later-backup.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(parsed)) });
  await expect(report).toBeVisible();
  await look(page, "import-conflicts-top", 360, 1440);
  await page.getByRole("region", { name: "Changed both here and in the file" }).scrollIntoViewIfNeeded();
  await look(page, "import-conflicts");
});

test("settings, devices, one more kit, how things stand", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  for (const place of ["settings", "check", "box-log", "devices", "activity", "approve"]) {
    await to(page, place);
    await look(page, place);
  }
  await to(page, "settings");
  await page.getByRole("main").getByRole("heading").last().scrollIntoViewIfNeeded();
  await look(page, "settings-foot");
  await to(page, "check");
  await page.getByRole("main").getByRole("button", { name: "Check everything" }).click();
  await expect(page.getByText("Everything fits")).toBeVisible();
  await look(page, "check-done", 360, 1440);
  await to(page, "devices");
  await page.getByRole("button", { name: /^Make a (second )?kit$/ }).click();
  await sayYes(page);
  await expect(page.getByRole("dialog", { name: "New recovery kit" })).toBeVisible();
  await look(page, "new-kit");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await syncLine(page).click();
  await look(page, "how-things-stand", 768, 1440);
});

test("without the box: what waits is counted, every page says what it can", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await fillWithSamples(page);
  await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });
  await goTo(page, "Inbox");
  await page.getByRole("grid").getByRole("row").first().click({ modifiers: ["Control"] });
  await keys(page, "Delete", "Escape");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await box.kill();
  await addTask(page, "Written while the box was away");
  await addTask(page, "And one more");
  await expect(syncLine(page)).toHaveText(/^Offline, \d+ changes wait/, { timeout: 30_000 });
  await look(page, "offline-inbox");
  for (const place of ["today", "devices", "trash", "approve"]) {
    await to(page, place);
    await look(page, `offline-${place}`, 360, 1440);
  }
});

test("two devices wrote one field, and the box was put back to an older state", async ({ box, open, look }) => {
  const { page } = await open();
  const [kit] = await claim(page, box, { device: "Desk" });
  if (!kit) throw new Error("there is no kit");
  await goTo(page, "Inbox");
  await addTask(page, "Paint the fence");
  await expect(syncLine(page)).toHaveText("In step");
  const { page: other } = await open({ authenticator: null });
  await joinWithKit(other, kit, "Kitchen");
  await goTo(other, "Inbox");
  await expect(task(other, "Paint the fence")).toBeVisible();
  await box.kill();
  const older = mkdtempSync(path.join(tmpdir(), "lifeos-older-"));
  cpSync(box.data, older, { recursive: true });
  for (const one of [page, other]) await expect(syncLine(one)).toContainText("Offline", { timeout: 20_000 });
  for (const [one, title] of [[page, "Paint the fence green"], [other, "Paint the fence white"]] as const) {
    await task(one, "Paint the fence").click();
    const field = one.getByRole("complementary", { name: "Detail" }).getByRole("textbox", { name: "Title" });
    await field.fill(title);
    await field.press("Enter");
    await expect(task(one, title)).toBeVisible();
    await keys(one, "Escape");
  }
  await box.start();
  for (const one of [page, other]) await expect(syncLine(one)).toHaveText("In step", { timeout: 60_000 });
  await to(page, "activity");
  await expect(page.getByText(/Two devices wrote/)).toBeVisible();
  await look(page, "activity-conflict");

  await box.kill();
  rmSync(box.data, { recursive: true, force: true });
  cpSync(older, box.data, { recursive: true });
  rmSync(older, { recursive: true, force: true });
  await box.start();
  await expect(page.getByRole("alert").first()).toBeVisible({ timeout: 30_000 });
  await to(page, "inbox");
  await look(page, "box-put-back");
  await to(page, "activity");
  await look(page, "box-put-back-activity", 360, 1440);
});
