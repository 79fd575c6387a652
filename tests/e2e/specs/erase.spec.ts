import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import type { Box } from "../house/box.ts";
import type { Wanted } from "../house/search/finder.ts";
import { Canaries, findings, layersOfFolder } from "../house/search/search.ts";
import { addTask, claim, goTo, joinWithKit, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("what the trash is emptied of is gone from the box's files and from the other browser; a verification that is given up erases nothing", async ({ box, open }) => {
  test.setTimeout(150_000);
  const canaries = new Canaries();
  const title = canaries.for("the title of an erased task");
  const { page, profile } = await open();
  const [kit] = await claim(page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(page, "Inbox");
  await addTask(page, "Stays");
  await addTask(page, title);
  const pushes = heardPushes(page);
  await writeNotes(page, title, canaries.for("the notes of an erased task") + randomBytes(9_000).toString("base64"));
  const second = await open({ authenticator: null });
  await joinWithKit(second.page, kit, "Second browser");
  await goTo(second.page, "Inbox");
  await expect(task(second.page, title)).toBeVisible();
  // What the browser pushed stands in the box's files as it came: so it can be looked for there.
  const sealed = partsOf(pushes);
  expect(sealed.length).toBeGreaterThan(100);
  expect((await partsIn(box, sealed)).length).toBeGreaterThan(0.8 * sealed.length);

  await moveToTrash(page, title);
  await goTo(page, "Trash");
  const asks = page.getByRole("alertdialog", { name: "Erase what is in the trash?" });
  const isItYou = page.getByRole("dialog", { name: "Is it you?" });
  await page.getByRole("button", { name: "Empty the trash" }).click();
  await asks.getByRole("button", { name: "Keep" }).click();
  await expect(asks).toHaveCount(0);
  await page.getByRole("button", { name: "Empty the trash" }).click();
  await asks.getByRole("button", { name: "Erase for good" }).click();
  await isItYou.getByRole("button", { name: "Cancel" }).click();
  await expect(isItYou).toHaveCount(0);
  await expect(task(page, title)).toBeVisible();
  await expect(syncLine(page)).toHaveText("In step");
  expect((await partsIn(box, sealed)).length).toBeGreaterThan(0.8 * sealed.length);
  await goTo(second.page, "Trash");
  await expect(task(second.page, title)).toBeVisible();

  await page.getByRole("button", { name: "Empty the trash" }).click();
  await asks.getByRole("button", { name: "Erase for good" }).click();
  await isItYou.getByRole("button", { name: "Use the passkey" }).click();
  await expect(page.getByText("Erased here and at the box.")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("The trash is empty")).toBeVisible();
  await expect.poll(() => partsIn(box, sealed), { timeout: 20_000 }).toEqual([]);
  await expect(second.page.getByText("The trash is empty")).toBeVisible({ timeout: 20_000 });

  for (const browser of [page, second.page]) {
    await browser.keyboard.press("/");
    await browser.getByRole("searchbox", { name: "Search" }).fill(title);
    await expect(browser.getByText("Nothing found")).toBeVisible();
    await goTo(browser, "Inbox");
    await expect(task(browser, "Stays")).toBeVisible();
    await expect(syncLine(browser)).toHaveText("In step");
  }
  const files = [...(await layersOfFolder(box.data, "the box's folder")), ...(await layersOfFolder(profile, "profile 1")), ...(await layersOfFolder(second.profile, "profile 2"))];
  expect(findings(canaries.wanted, files)).toEqual([]);
});

test("without the box the trash is emptied here, and there once it is back and the person has said so", async ({ box, open }) => {
  test.setTimeout(150_000);
  const { page } = await open();
  const [kit] = await claim(page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(page, "Inbox");
  await addTask(page, "Burn the letters");
  const pushes = heardPushes(page);
  await writeNotes(page, "Burn the letters", randomBytes(9_000).toString("base64"));
  const second = await open({ authenticator: null });
  await joinWithKit(second.page, kit, "Second browser");
  await goTo(second.page, "Inbox");
  await expect(task(second.page, "Burn the letters")).toBeVisible();
  const sealed = partsOf(pushes);

  await box.kill();
  await moveToTrash(page, "Burn the letters");
  await goTo(page, "Trash");
  await expect(syncLine(page)).toContainText("Offline", { timeout: 20_000 });
  await page.getByRole("button", { name: "Empty the trash" }).click();
  await page.getByRole("alertdialog", { name: "Erase what is in the trash?" }).getByRole("button", { name: "Erase for good" }).click();
  await expect(page.getByText("Erased here. What the box has waits to be erased there.")).toBeVisible();
  const waits = page.getByRole("main").getByText("1 record waits to be erased at the box");
  await expect(waits).toBeVisible();
  await expect(page.getByRole("button", { name: "Erase at the box" })).toBeDisabled();
  expect((await partsIn(box, sealed)).length).toBeGreaterThan(0.8 * sealed.length);

  await box.start();
  await expect(syncLine(page)).toHaveText("In step", { timeout: 60_000 });
  await expect(waits).toBeVisible();
  await page.getByRole("button", { name: "Erase at the box" }).click();
  await page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  await expect(page.getByText("Erased here and at the box.")).toBeVisible({ timeout: 20_000 });
  await expect(waits).toHaveCount(0);
  await expect.poll(() => partsIn(box, sealed), { timeout: 20_000 }).toEqual([]);
  await expect(task(second.page, "Burn the letters")).toHaveCount(0, { timeout: 60_000 });
  await goTo(second.page, "Trash");
  await expect(second.page.getByText("The trash is empty")).toBeVisible({ timeout: 60_000 });
});

/** The bodies of all pushes of a page from now on. */
function heardPushes(page: Page): Buffer[] {
  const bodies: Buffer[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && /\/api\/v1\/spaces\/[^/]+\/changes$/.test(request.url())) bodies.push(request.postDataBuffer() ?? Buffer.alloc(0));
  });
  return bodies;
}

/** Written in the detail, handed over by leaving the field, and in step before it returns. */
async function writeNotes(page: Page, title: string, notes: string): Promise<void> {
  await task(page, title).click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("textbox", { name: "Notes" }).fill(notes);
  await detail.getByRole("textbox", { name: "Title" }).focus();
  await expect(detail.getByRole("button", { name: "Edit the notes" })).toBeVisible();
  await detail.getByRole("button", { name: "Close" }).click();
  await expect(syncLine(page)).toHaveText("In step");
}

async function moveToTrash(page: Page, title: string): Promise<void> {
  await task(page, title).click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByRole("button", { name: "More for this task" }).click();
  await page.getByRole("menuitem", { name: "Move to the trash" }).click();
  await expect(task(page, title)).toHaveCount(0);
}

const part_bytes = 24;
/** Statements and signatures stand around what is sealed, and stay. */
const around_bytes = 1_024;

/** What was sealed in the longest push, in parts that are each looked for alone: a file may be cut into pages. */
function partsOf(pushes: readonly Buffer[]): Wanted[] {
  const longest = pushes.toSorted((a, b) => b.length - a.length)[0] ?? Buffer.alloc(0);
  const parts: Wanted[] = [];
  for (let at = around_bytes; at + part_bytes <= longest.length - around_bytes; at += part_bytes) {
    parts.push({ name: `part ${parts.length}`, forms: [{ form: "raw", bytes: longest.subarray(at, at + part_bytes) }] });
  }
  return parts;
}

async function partsIn(box: Box, parts: readonly Wanted[]): Promise<string[]> {
  const names = findings(parts, await layersOfFolder(box.data, "the box's folder")).map((line) => line.slice(0, line.indexOf(",")));
  return [...new Set(names)];
}
