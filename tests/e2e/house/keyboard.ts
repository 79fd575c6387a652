import { expect, type Locator, type Page } from "@playwright/test";

const most_stops = 90;

/** Hands that hold no mouse. At every stop the focus must be somewhere, and to be seen. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types where the focus is once it is in this field: a key that comes before is one for the page. */
  async type(field: Locator, text: string): Promise<void> {
    await expect(field).toBeFocused();
    await this.page.keyboard.type(text);
    await expect(field).toHaveValue(text);
  }

  /** Tabs to a control; it is an error when it cannot be come to, or when the focus is invisible on the way. */
  async tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await expect(target).toBeVisible();
    const passed: string[] = [];
    for (let stop = 0; stop < most_stops; stop += 1) {
      if (await isFocused(target)) return;
      await this.page.keyboard.press(key);
      const focus = await this.focus();
      passed.push(focus.name);
      // Past the last control the focus leaves the page for the browser's own; the next key brings it back.
      if (!focus.isNowhere) expect(focus.isSeen, `the focus on ${focus.name} cannot be seen`).toBe(true);
    }
    throw new Error(`${target} was not come to by ${key}: ${passed.join(" | ")}`);
  }

  /** Tabs to a control and presses it. */
  async use(target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press(key);
  }

  /** Writes a field anew. */
  async write(field: Locator, text: string): Promise<void> {
    await this.tabTo(field);
    await this.page.keyboard.press("Control+a");
    await this.type(field, text);
  }

  /** Opens a list of choices from its button and takes the one so many further on. */
  async choose(button: Locator, further = 1): Promise<void> {
    await this.use(button);
    const list = this.page.getByRole("listbox");
    await expect(list).toBeVisible();
    await expect.poll(() => list.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    for (let step = 0; step < further; step += 1) await this.page.keyboard.press("ArrowDown");
    await this.page.keyboard.press("Enter");
    await this.expectKept();
  }

  /** Once every window has closed: the focus is on something that can be seen, not lost to the page. */
  async expectKept(): Promise<void> {
    for (const role of ["dialog", "alertdialog", "listbox", "menu"] as const) await expect(this.page.getByRole(role)).toHaveCount(0);
    await expect.poll(async () => (await this.focus()).isSeen, "the focus is lost, or cannot be seen").toBe(true);
  }

  async focus(): Promise<{ name: string; isNowhere: boolean; isSeen: boolean }> {
    return this.page.evaluate(() => {
      const focused = document.activeElement;
      if (!(focused instanceof HTMLElement) || focused === document.body) return { name: "nothing", isNowhere: true, isSeen: false };
      const name = `${focused.getAttribute("role") ?? focused.tagName.toLowerCase()} “${focused.getAttribute("aria-label") ?? focused.textContent?.trim().slice(0, 40) ?? ""}”`;
      const isDrawn = (element: Element) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1 && !/, 0\)$|transparent/.test(outlineColor) && box.width > 1 && box.height > 1;
      };
      // A field shows where one is by its caret; a drawn control shows it for the hidden one that it stands for.
      const isField = focused.matches("textarea, input:not([type=checkbox], [type=radio], [type=button], [type=file])") && getComputedStyle(focused).caretColor !== "transparent";
      // A list of choices shows which of them is meant.
      const meant = focused.getAttribute("aria-activedescendant");
      const row = meant ? document.getElementById(meant) : null;
      const around = [focused, focused.closest("label"), focused.closest('[role="group"]'), row].filter((element) => element !== null);
      const marked = focused.matches('[role="option"], [role="menuitem"], [role="spinbutton"]') && (focused.hasAttribute("data-focused") || focused.hasAttribute("data-focus-visible"));
      return { name, isNowhere: false, isSeen: isField || marked || around.some((element) => isDrawn(element) || [...element.querySelectorAll(":scope > *")].some((child) => !(child instanceof HTMLElement && child.contains(focused)) && element.matches("label") && isDrawn(child))) };
    });
  }
}

async function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement || (element.matches('[role="radio"], [role="switch"], label') && element.contains(document.activeElement)));
}
