import type { Page } from "@playwright/test";
import { Keyboard } from "../house/keyboard.ts";
import { addTask, chooseFile, claim, readKit, syncLine, task } from "../house/steps.ts";
import { backupOf } from "../house/super-productivity.ts";
import { expect, test } from "../house/test.ts";

test("from the claim to a locked page and back, by keyboard alone, with the focus always in sight", async ({ box, open }) => {
  test.setTimeout(180_000);
  const { page } = await open();
  const keys = new Keyboard(page);

  await test.step("claim", async () => {
    await keys.type(page.getByRole("textbox", { name: "Claim code" }), box.claimCode ?? "");
    await keys.press("Enter");
    await keys.type(page.getByRole("textbox", { name: "Your name" }), "Ada Example");
    await keys.press("Enter");
    await keys.use(page.getByRole("button", { name: "Make the passkey" }));
    const again = page.getByRole("button", { name: "Use the passkey" });
    const sheet = page.getByRole("article", { name: /^Recovery kit/ });
    await expect(again.or(sheet)).toBeVisible();
    if (await again.isVisible()) await keys.use(again);
    await expect(sheet).toBeVisible();
    const kit = await readKit(page);
    await keys.use(page.getByRole("button", { name: "I wrote it down by hand" }));
    await keys.use(page.getByRole("button", { name: "It is kept, go on" }));
    const asked = page.getByRole("textbox", { name: /^Group \d+$/ });
    await expect(asked.first()).toBeVisible();
    const printed = kit.code.split(" ");
    for (const group of await asked.all()) {
      const label = await group.evaluate((element) => (element as HTMLInputElement).labels?.[0]?.textContent ?? "");
      await keys.write(group, printed[Number(/\d+/.exec(label)?.[0]) - 1] ?? "");
    }
    await keys.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible({ timeout: 20_000 });
  });

  const grid = page.getByRole("grid");
  const rowOf = (title: string) => task(page, title);
  const detail = page.getByRole("complementary", { name: "Detail" });
  const quickAdd = page.getByRole("textbox", { name: "What is to be done?" });
  const search = (name: string) => page.getByRole("searchbox", { name });

  await test.step("the first task", async () => {
    await keys.press("q");
    await keys.type(quickAdd, "Bleed the radiators");
    await keys.press("Enter");
    await expect(rowOf("Bleed the radiators")).toBeVisible();
    await keys.tabTo(rowOf("Bleed the radiators"));
    // With the focus in the list, a window that closes gives it back.
    await keys.press("q");
    await expect(quickAdd).toBeFocused();
    await keys.press("Escape");
    await expect(rowOf("Bleed the radiators")).toBeFocused();
    await keys.expectKept();
  });

  await test.step("every field", async () => {
    await keys.press("Enter");
    await expect(detail).toBeVisible();
    await keys.write(detail.getByRole("textbox", { name: "Title" }), "Bleed all radiators");
    await keys.write(detail.getByRole("textbox", { name: "Notes" }), "The key is **in the drawer**.");

    await keys.choose(detail.getByRole("button", { name: /Status/ }));
    await expect(detail.getByRole("button", { name: /Status/ })).toHaveText(/In progress/);

    await keys.use(detail.getByRole("button", { name: /^List or project: / }));
    await keys.type(search("List or project"), "waiting");
    await expect(page.getByRole("option")).toHaveCount(1);
    await keys.press("ArrowDown", "Enter");
    await expect(detail.getByRole("button", { name: "List or project: Waiting" })).toBeVisible();
    await keys.expectKept();

    await keys.use(detail.getByRole("button", { name: "Add labels" }));
    await keys.type(search("Labels"), "cellar");
    await expect(page.getByRole("option", { name: /^Make label/ })).toBeVisible();
    await keys.press("ArrowDown", "Enter");
    await expect(page.getByRole("option", { name: "cellar", selected: true })).toBeVisible();
    // The first one empties the search, the second one closes the window.
    await keys.press("Escape");
    await expect(search("Labels")).toHaveValue("");
    await keys.press("Escape");
    await keys.expectKept();
    await expect(detail.getByRole("button", { name: "Labels: cellar" })).toBeVisible();

    for (const field of ["Scheduled", "Due", "Deadline", "Not before"]) {
      await keys.use(detail.getByRole("button", { name: new RegExp(`^${field}: `) }));
      await keys.use(page.getByRole("dialog", { name: field }).getByRole("button", { name: /^Tomorrow/ }));
      await keys.press("Escape");
      await keys.expectKept();
      await expect(detail.getByRole("button", { name: `${field}: Tomorrow` })).toBeVisible();
    }
    await keys.choose(detail.getByRole("button", { name: /Length/ }), 2);

    await keys.tabTo(detail.getByRole("radio", { name: "None" }));
    await keys.press("ArrowRight");
    await expect(detail.getByRole("radio", { name: "Low" })).toBeChecked();
    for (const flag of ["Urgent", "Important"]) {
      await keys.use(detail.getByRole("button", { name: flag }), "Space");
      await expect(detail.getByRole("button", { name: flag, pressed: true })).toBeVisible();
    }
    await keys.choose(detail.getByRole("button", { name: /Estimate/ }));
    await keys.use(detail.getByRole("button", { name: /^Time spent/ }));
    await keys.use(page.getByRole("dialog", { name: "Time spent" }).getByRole("button", { name: "+15" }));
    await keys.press("Escape");
    await expect(page.getByRole("dialog", { name: "Time spent" })).toHaveCount(0);
    await keys.expectKept();
    await expect(detail.getByRole("button", { name: /^Time spent: 15/ })).toBeVisible();

    await keys.write(detail.getByRole("textbox", { name: "Add to the checklist" }), "Find the key");
    await keys.press("Enter");
    await expect(detail.getByRole("checkbox", { name: "Find the key" })).toBeVisible();
    await keys.use(detail.getByRole("button", { name: "+ Add a subtask" }));
    await keys.type(quickAdd, "The one in the hall");
    await keys.press("Enter");
    await expect(detail.getByRole("checkbox", { name: "The one in the hall" })).toBeVisible();
    await keys.expectKept();
    await keys.use(detail.getByRole("button", { name: "History" }));
    await expect(detail.getByRole("region", { name: "History" }).getByRole("listitem").first()).toBeVisible();
    await keys.press("Escape");
    await expect(detail).toHaveCount(0);
    await keys.expectKept();
  });

  await test.step("complete, undo, search", async () => {
    await keys.press("g", "w");
    await expect(page.getByRole("heading", { level: 1, name: "Waiting" })).toBeVisible();
    await keys.tabTo(rowOf("Bleed all radiators"));
    await keys.press("d");
    await expect(rowOf("Bleed all radiators")).toHaveCount(0);
    await keys.press("Control+z");
    await expect(rowOf("Bleed all radiators")).toBeVisible();
    await keys.press("/");
    await keys.type(search("Search"), "drawer");
    await expect(rowOf("Bleed all radiators")).toBeVisible();
    await keys.tabTo(rowOf("Bleed all radiators"));
  });

  await test.step("a second task, and the trash", async () => {
    await keys.press("g", "i");
    await expect(page.getByRole("heading", { level: 1, name: "Inbox" })).toBeVisible();
    await keys.press("q");
    await keys.type(quickAdd, "Call the plumber");
    await keys.press("Enter");
    await keys.tabTo(rowOf("Call the plumber"));
    await keys.press("Delete");
    await expect(rowOf("Call the plumber")).toHaveCount(0);
    await keys.press("g", "x");
    await expect(page.getByRole("heading", { level: 1, name: "Trash" })).toBeVisible();
    await keys.tabTo(rowOf("Call the plumber"));
    await keys.press("Delete");
    await expect(rowOf("Call the plumber")).toHaveCount(0);
    await keys.press("g", "i");
    await expect(rowOf("Call the plumber")).toBeVisible();
    await expect(grid).toBeVisible();
  });

  await test.step("palette, key map and menus", async () => {
    await keys.tabTo(rowOf("Call the plumber"));
    for (const [opener, name] of [["Control+k", "Find or do anything"], ["?", "Keys"]] as const) {
      await keys.press(opener);
      const opened = page.getByRole("dialog", { name });
      await expect(opened).toBeVisible();
      await keys.press("Escape");
      await expect(opened).toHaveCount(0);
      await expect(rowOf("Call the plumber")).toBeFocused();
    }
    await keys.use(page.getByRole("button", { name: /^More for/ }));
    await expect(page.getByRole("menu")).toBeVisible();
    await keys.press("Escape");
    await keys.expectKept();
    await expect(syncLine(page)).toHaveText("In step");
  });

  await test.step("lock and unlock", async () => {
    await keys.press("Control+Shift+L");
    await expect(page.getByRole("button", { name: "Unlock with the passkey" })).toBeFocused();
    await keys.expectKept();
    await keys.press("Enter");
    await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible({ timeout: 20_000 });
    await keys.press("g", "i");
    await expect(rowOf("Call the plumber")).toBeVisible();
  });
});

test("a window that closes just before a frame gives the focus back", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const keys = new Keyboard(page);
  await addTask(page, "Bleed the radiators");
  await keys.tabTo(task(page, "Bleed the radiators"));
  await keys.press("Enter");
  const add = page.getByRole("button", { name: "+ Add a subtask" });
  await keys.use(add);
  await keys.type(page.getByRole("textbox", { name: "What is to be done?" }), "The one in the hall");
  // As on a busy machine: the frame is there before what was put off until after it.
  await page.evaluate(() => {
    window.requestAnimationFrame = (run) => {
      queueMicrotask(() => run(performance.now()));
      return 0;
    };
  });
  await keys.press("Enter");
  await expect(page.getByRole("complementary", { name: "Detail" }).getByRole("checkbox", { name: "The one in the hall" })).toBeVisible();
  await keys.expectKept();
  await expect(add).toBeFocused();
});

test("a row keeps the focus however far its list is scrolled, and the keys go on from it", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await chooseFile(page, { name: "many.json", mimeType: "application/json", buffer: Buffer.from(backupOf((field) => (field.includes("notes") ? "" : field), { projects: 1, tags: 1, notes: 0, tasks: 120 })) });
  await page.getByRole("button", { name: "Bring it in" }).click();
  await page.getByRole("dialog", { name: "It is in" }).getByRole("button", { name: "Done" }).click();
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: /title of imported project/ }).click();
  const rows = page.getByRole("grid").getByRole("row");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  const second = await focusedRow(page);
  await page.mouse.move(640, 600);
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 400);
  await expect.poll(() => page.evaluate(() => document.querySelector("[role=grid]")?.getBoundingClientRect().top ?? 0)).toBeLessThan(-2_000);
  expect(await focusedRow(page)).toBe(second);
  await page.keyboard.press("ArrowDown");
  expect(Number(await focusedRow(page))).toBe(Number(second) + 1);
  await new Keyboard(page).expectKept();
});

/** The place in its list of the row that has the focus. */
const focusedRow = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-rowindex"));

test("a focus that cannot be seen, and one that is nowhere, are noticed", async ({ open }) => {
  const { page } = await open();
  const keys = new Keyboard(page);
  const field = page.getByRole("textbox", { name: "Claim code" });
  await expect(field).toBeFocused();
  await keys.expectKept();
  await field.fill("0000000000");
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { outline: none !important; caret-color: transparent !important }");
    document.adoptedStyleSheets = [sheet];
  });
  await expect(keys.tabTo(page.getByRole("button", { name: "Go on" }))).rejects.toThrow(/cannot be seen/);
  expect((await keys.focus()).isSeen).toBe(false);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  expect((await keys.focus()).isNowhere).toBe(true);
});
