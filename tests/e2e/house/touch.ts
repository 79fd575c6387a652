import type { CDPSession, Locator, Page } from "@playwright/test";

/** A phone's window, and a finger on it. */
export class Finger {
  private constructor(private readonly tools: CDPSession) {}

  /** Makes a browser's page one of a phone: narrow, and pressed by fingers. */
  static async on(page: Page, tools: CDPSession, { width = 360, height = 760 } = {}): Promise<Finger> {
    await tools.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
    await page.setViewportSize({ width, height });
    return new Finger(tools);
  }

  async tap(target: Locator): Promise<void> {
    const { x, y } = await middle(target);
    await this.touch("touchStart", x, y);
    await this.touch("touchEnd");
  }

  /** Comes down, moves aside by so many pixels, and leaves. */
  async swipe(target: Locator, by: number, { back = false, stays }: { back?: boolean; /** While the finger is still down. */ stays?: () => Promise<void> } = {}): Promise<void> {
    const { x, y } = await middle(target);
    await this.touch("touchStart", x, y);
    for (let step = 1; step <= 8; step += 1) await this.touch("touchMove", x + (by * step) / 8, y + 1);
    if (back) for (let step = 7; step >= 0; step -= 1) await this.touch("touchMove", x + (by * step) / 8, y + 1);
    await stays?.();
    await this.touch("touchEnd");
  }

  /** Comes down and stays until something is so. */
  async holdUntil(target: Locator, isSo: () => Promise<void>): Promise<void> {
    const { x, y } = await middle(target);
    await this.touch("touchStart", x, y);
    await isSo();
    await this.touch("touchEnd");
  }

  private async touch(type: "touchStart" | "touchMove" | "touchEnd", x = 0, y = 0): Promise<void> {
    await this.tools.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  }
}

async function middle(target: Locator): Promise<{ x: number; y: number }> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error(`${target} is not on the screen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
