import { addTask, claim, giveFile, goTo, task } from "../house/steps.ts";
import { backupOf } from "../house/super-productivity.ts";
import { expect, fillWithSamples, keys, test, to } from "./look.ts";

const places = ["inbox", "upcoming", "next", "waiting", "someday", "logbook", "projects", "labels"];

test("a box that is new: every place is empty", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await look(page, "today-empty");
  for (const place of [...places, "trash", "search", "activity", "set-aside"]) {
    await to(page, place);
    await look(page, `empty-${place}`, 360, 1440);
  }
  await to(page, "projects/0123456789abcdef0123456789abcdef");
  await look(page, "project-gone", 360, 1440);
  await to(page, "nowhere");
  await look(page, "unknown-address");
});

test("a year of tasks in every place", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await fillWithSamples(page);
  await look(page, "today-sample-brought");
  await page.reload();
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await expect(page.getByRole("grid", { name: "Today" })).toBeVisible();
  await look(page, "today-full");
  for (const place of places) {
    await to(page, place);
    await look(page, place);
  }
  for (const [place, name] of [["projects", "project"], ["labels", "label"]] as const) {
    await to(page, place);
    await page.getByRole("main").getByRole("link").first().click();
    await expect(page.getByRole("grid")).toBeVisible();
    await look(page, name);
  }
  await to(page, "search");
  const search = page.getByRole("searchbox", { name: "Search" });
  await search.fill("the");
  await expect(page.getByRole("grid").getByRole("row").first()).toBeVisible();
  await look(page, "search-found");
  await search.fill("xylophone");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await look(page, "search-nothing", 360, 1440);
});

test("a year of tasks in German", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await fillWithSamples(page);
  await to(page, "settings");
  await page.getByText("Deutsch", { exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
  await look(page, "de-settings", 360, 1440);
  for (const place of ["today", "inbox", "upcoming", "next", "logbook", "trash", "devices", "activity", "approve", "projects", "labels", "set-aside"]) {
    await to(page, place);
    await look(page, `de-${place}`, 360, 1440);
  }
  await to(page, "next");
  await page.getByRole("grid").getByRole("row").nth(1).click();
  await expect(page.getByRole("complementary")).toBeVisible();
  await look(page, "de-detail");
  await keys(page, "Escape", "?");
  await look(page, "de-keys", 360, 1440);
});

test("one task: bare, with everything in it, its dates, its history", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await fillWithSamples(page);
  await goTo(page, "Inbox");
  const long = "Choose the colour of the kitchen fronts and order two samples of each";
  await addTask(page, long);
  await task(page, long).click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await expect(detail).toBeVisible();
  await look(page, "detail-bare");
  await detail.getByRole("textbox", { name: "Notes" }).fill("The **matt green** from the sample card, or plain birch.\n\n1. take both home\n2. look at them in the evening\n\n> Ivo says birch yellows.\n\nSee <https://example.org> and `RAL 6021`.");
  await detail.getByRole("textbox", { name: "Title" }).focus();
  for (const text of ["Fetch the sample card", "Ask Ivo about the lacquer", "Photograph both in the evening light, by the window"]) {
    await detail.getByRole("textbox", { name: "Add to the checklist" }).fill(text);
    await page.keyboard.press("Enter");
    await expect(detail.getByRole("checkbox", { name: text })).toBeVisible();
  }
  await detail.getByRole("checkbox", { name: "Fetch the sample card" }).click();
  for (const [field, choice] of [["Due", "Tomorrow"], ["Deadline", "Next week"], ["Scheduled", "Today"]] as const) {
    await detail.getByRole("button", { name: new RegExp(`^${field}:`) }).click();
    const day = page.getByRole("button", { name: new RegExp(`^${choice}`) }).first();
    await expect(day).toBeVisible();
    if (field === "Due") await look(page, "detail-due", 360, 1440);
    await day.click();
    await keys(page, "Escape");
    await expect(detail).toBeVisible();
  }
  await detail.getByText("High", { exact: true }).click();
  await detail.getByRole("button", { name: "Important" }).click();
  await detail.getByRole("button", { name: "History" }).click();
  await expect(detail.getByRole("region", { name: "History" }).getByRole("listitem").first()).toBeVisible();
  await look(page, "detail-full");
  await detail.getByRole("region", { name: "History" }).scrollIntoViewIfNeeded();
  await detail.getByText(/^Written /).scrollIntoViewIfNeeded();
  await look(page, "detail-history");
});

test("many at once, the palette, the keys, a new task, undo, the trash", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await fillWithSamples(page);
  await goTo(page, "Next");
  const rows = page.getByRole("grid").getByRole("row");
  for (const at of [1, 2, 3]) await rows.nth(at).click({ modifiers: ["Control"] });
  await look(page, "bulk");
  await page.getByRole("toolbar").getByRole("button", { name: "Label" }).click();
  await look(page, "bulk-label", 360, 1440);
  await keys(page, "Escape", "Escape", "Escape");

  await page.keyboard.press("Control+k");
  const find = page.getByRole("dialog").getByRole("searchbox");
  await expect(find).toBeVisible();
  await look(page, "palette");
  await find.fill("gar");
  await look(page, "palette-found", 360, 1440);
  await find.fill("zzzz");
  await look(page, "palette-nothing", 360, 1440);
  await keys(page, "Escape", "Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await look(page, "keys");
  await keys(page, "Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("q");
  await page.getByRole("textbox", { name: "What is to be done?" }).fill("Call the notary");
  await look(page, "quick-add");
  await keys(page, "Escape", "Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  for (const at of [1, 2]) await rows.nth(at).click({ modifiers: ["Control"] });
  await page.keyboard.press("Delete");
  await expect(page.getByText("2 tasks moved to the trash.")).toBeVisible();
  await look(page, "undo-offered", 360, 1440);
  await goTo(page, "Trash");
  await expect(rows.first()).toBeVisible();
  await look(page, "trash");
  await page.getByRole("button", { name: "Empty the trash" }).click();
  await look(page, "trash-asks", 360, 1440);
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  await expect(page.getByText(/^Erased here and at the box/)).toBeVisible();
  await look(page, "trash-erased", 360, 1440);

  await page.setViewportSize({ width: 360, height: 760 });
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look(page, "all-places", 360);
});

test("a list of two hundred tasks: its head, its middle, its end", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  const acts = ["Measure", "Sand", "Paint", "Order", "Photograph", "Ask Ivo about", "Carry down", "Compare prices for", "Take apart", "Write down what is missing for"];
  const things = ["the window in the hall", "both kitchen doors", "the railing", "the cellar shelf, the one on the left behind the boiler", "the gutter"];
  const titleOf = (number: number) => `${acts[number % acts.length]} ${things[number % things.length]}${number > 50 ? `, part ${Math.ceil(number / 50)}` : ""}`;
  const text = (field: string) => {
    const number = Number(/\d+$/.exec(field)?.[0] ?? 0);
    if (field.includes("title of imported task")) return titleOf(number);
    if (field.includes("notes")) return number % 7 === 0 ? "See the folder." : "";
    return field.includes("project") ? "The house" : field.includes("tag") ? ["outside", "inside", "money"][number % 3] ?? "" : field;
  };
  await to(page, "settings");
  await giveFile(page, { name: "house.json", mimeType: "application/json", buffer: Buffer.from(backupOf(text, { projects: 1, tags: 3, notes: 0, tasks: 250 })) });
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByRole("dialog", { name: "It is in" }).getByRole("button", { name: "Done" }).click();
  await to(page, "projects");
  await page.getByRole("main").getByRole("link", { name: /The house/ }).click();
  const list = page.getByRole("grid", { name: "The house" });
  await expect(list.getByRole("row").nth(5)).toBeVisible();
  expect(Number(await list.getAttribute("aria-rowcount"))).toBeGreaterThanOrEqual(200);
  await look(page, "long-list");
  await list.getByRole("row").nth(3).click();
  await keys(page, "Escape");
  for (let down = 0; down < 100; down += 1) await page.keyboard.press("ArrowDown");
  await look(page, "long-list-middle", 360, 1440);
  await page.keyboard.press("End");
  await look(page, "long-list-end", 360, 1440);
});
