import type { Locator, Page } from "@playwright/test";
import { still } from "../house/screens.ts";
import { addTask, claim, goTo, syncLine, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("a task is dragged within its list, into a section, beside a task of another one, and onto a place of the rail", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  const places = page.getByRole("navigation", { name: "Places" });
  await goTo(page, "Inbox");
  for (const title of ["One", "Two", "Three"]) await addTask(page, title);
  await drag(task(page, "Three"), task(page, "One"), "above");
  await expect.poll(() => outline(page)).toEqual(["Three", "One", "Two"]);
  await drag(task(page, "Three"), task(page, "One"), "below");
  await expect.poll(() => outline(page)).toEqual(["One", "Three", "Two"]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => outline(page)).toEqual(["Three", "One", "Two"]);

  // Several that are selected go together.
  await task(page, "Three").click({ modifiers: ["Control"] });
  await task(page, "One").click({ modifiers: ["Control"] });
  await drag(task(page, "One"), task(page, "Two"), "below");
  await expect.poll(() => outline(page)).toEqual(["Two", "Three", "One"]);
  await page.keyboard.press("Escape");

  await drag(task(page, "Two"), places.getByRole("link", { name: /^Waiting/ }), "onto");
  await expect.poll(() => outline(page)).toEqual(["Three", "One"]);
  await drag(task(page, "Three"), places.getByRole("link", { name: /^Today/ }), "onto");
  await goTo(page, "Waiting");
  await expect.poll(() => outline(page)).toEqual(["Two"]);
  await goTo(page, "Today");
  await expect(task(page, "Three")).toBeVisible();

  await makeProject(page, "Kitchen", ["Walls", "Floor"]);
  for (const title of ["Measure", "Paint", "Tiles"]) await addHere(page, title);
  await expect.poll(() => outline(page)).toEqual(["# Without a section", "Measure", "Paint", "Tiles", "# Walls", "# Floor"]);
  await drag(task(page, "Paint"), headingOf(page, "Walls"), "onto");
  await drag(task(page, "Tiles"), headingOf(page, "Floor"), "onto");
  await expect.poll(() => outline(page)).toEqual(["# Without a section", "Measure", "# Walls", "Paint", "# Floor", "Tiles"]);
  await drag(task(page, "Measure"), task(page, "Tiles"), "above");
  await expect.poll(() => outline(page)).toEqual(["# Walls", "Paint", "# Floor", "Measure", "Tiles"]);
  await goTo(page, "Inbox");
  await drag(task(page, "One"), places.getByRole("link", { name: /^Kitchen/ }), "onto");
  await places.getByRole("link", { name: /^Kitchen/ }).click();
  await expect.poll(() => outline(page)).toEqual(["# Without a section", "One", "# Walls", "Paint", "# Floor", "Measure", "Tiles"]);
  await expect(syncLine(page)).toHaveText("In step");
});

test("what the mouse puts in order, Alt and the arrows do too, over the edge of a section, and the focus goes with it", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await makeProject(page, "Kitchen", ["Walls", "Floor"]);
  for (const title of ["Measure", "Paint"]) await addHere(page, title);
  await task(page, "Paint").focus();
  const moves = [
    ["ArrowUp", ["# Without a section", "Paint", "Measure", "# Walls", "# Floor"]],
    ["ArrowDown", ["# Without a section", "Measure", "Paint", "# Walls", "# Floor"]],
  ] as const;
  for (const [arrow, order] of moves) {
    await page.keyboard.press(`Alt+${arrow}`);
    await expect.poll(() => outline(page)).toEqual(order);
    await expect(task(page, "Paint")).toBeFocused();
  }
  // Its section is put in order from its grip.
  const grip = page.getByRole("button", { name: /^Move Floor\./ });
  await grip.focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(() => outline(page)).toEqual(["# Without a section", "Measure", "Paint", "# Floor", "# Walls"]);
  await expect(grip).toBeFocused();
});

test("a finger, which drags nothing, puts tasks in order from their own page, and back uncovers the list", async ({ box, open }) => {
  const { page, context } = await open({ viewport: { width: 360, height: 760 } });
  const tools = await context.newCDPSession(page);
  await tools.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
  await claim(page, box);
  await page.getByRole("link", { name: "Inbox" }).click();
  for (const title of ["One", "Two", "Three"]) await addTask(page, title);
  await expect.poll(() => outline(page)).toEqual(["One", "Two", "Three"]);
  const tap = async (target: Locator) => {
    await target.waitFor();
    // A finger comes down where it aims at: on what stands still.
    await still(page);
    const at = await target.boundingBox();
    if (!at) throw new Error("there is nothing to tap");
    const point = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
    await tools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
    await tools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  const detail = page.getByRole("dialog", { name: "Detail" });
  const choose = async (act: string) => {
    await tap(detail.getByRole("button", { name: "More for this task" }));
    await tap(page.getByRole("menuitem", { name: act }));
    await expect(page.getByRole("menu")).toHaveCount(0);
  };
  // The offer to install comes in its own time, and moves what a finger aims at.
  await page.getByRole("button", { name: "Not now" }).click();
  await tap(task(page, "Three"));
  await expect(detail).toBeVisible();
  // What it covers is not to be come to: neither by a finger nor by a screen reader.
  await expect(page.locator("main")).toHaveAttribute("inert");
  await choose("Move up");
  await expect(page.getByText("Moved up, to place 2 of 3.")).toBeVisible();
  await choose("Move up");
  await expect(page.getByText("Moved up, to place 1 of 3.")).toBeVisible();
  await choose("Move down");
  await expect(page.getByText("Moved down, to place 2 of 3.")).toBeVisible();
  await page.goBack();
  await expect(detail).toHaveCount(0);
  await expect.poll(() => outline(page)).toEqual(["One", "Three", "Two"]);

  // Closed by its button it is gone from the way back too, and the focus is at its task.
  await tap(task(page, "One"));
  await expect(detail).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(detail).toHaveCount(0);
  await expect(task(page, "One")).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  await expect(detail).toHaveCount(0);

  // Whoever goes anywhere from the window of all places leaves it, by whatever is in it.
  await tap(page.getByRole("button", { name: "More", exact: true }));
  const places = page.getByRole("dialog", { name: "All places" });
  const activity = page.getByRole("button", { name: "Activity" });
  await expect(async () => {
    await tap(places.getByRole("button", { name: "In step" }));
    await expect(activity).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await tap(activity);
  await expect(page.getByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

/** What stands in the list, from top to bottom; a heading with `# ` before it. */
async function outline(page: Page): Promise<string[]> {
  return page.getByRole("grid").evaluate((grid) =>
    [...grid.querySelectorAll<HTMLElement>("[data-index]")]
      .toSorted((a, b) => Number(a.dataset["index"]) - Number(b.dataset["index"]))
      .map((row) => {
        const mark = row.querySelector('[role="checkbox"], input[type="checkbox"]');
        if (mark) return mark.getAttribute("aria-label") ?? "";
        return `# ${row.querySelector("textarea")?.value ?? row.querySelector("h2")?.textContent ?? ""}`;
      }),
  );
}

function headingOf(page: Page, section: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("button", { name: `More for ${section}` }) });
}

/** With the mouse: taken in the middle, brought over the upper or the lower edge of another row, or onto it, and let go there. */
async function drag(moved: Locator, target: Locator, where: "above" | "below" | "onto"): Promise<void> {
  await expect(moved).toHaveAttribute("draggable", "true");
  const box = await target.boundingBox();
  if (!box) throw new Error("there is nothing to drop on");
  const y = where === "above" ? 3 : where === "below" ? box.height - 3 : box.height / 2;
  await moved.dragTo(target, { sourcePosition: { x: 260, y: 12 }, targetPosition: { x: Math.min(260, box.width / 2), y } });
}

async function makeProject(page: Page, title: string, sections: string[]): Promise<void> {
  await page.getByRole("button", { name: "New project" }).click();
  const dialog = page.getByRole("dialog", { name: "New project" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(title);
  await dialog.getByRole("button", { name: "Make project" }).click();
  await page.getByRole("main").getByRole("button", { name: "More for this project" }).click();
  await page.getByRole("menuitem", { name: "New section" }).click();
  const fresh = page.getByRole("textbox", { name: "Name of the new section" });
  for (const section of sections) {
    await fresh.fill(section);
    await fresh.press("Enter");
    await expect(page.getByRole("button", { name: `More for ${section}` })).toBeAttached();
  }
  await fresh.press("Escape");
}

async function addHere(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: "New task in this project" }).click();
  const field = page.getByRole("textbox", { name: "What is to be done?" });
  await field.fill(title);
  await field.press("Enter");
  await expect(field).toBeHidden();
  await expect(task(page, title)).toBeVisible();
}
