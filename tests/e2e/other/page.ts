import { type Handle, Refused, type Session } from "./driver.ts";

const selectors = {
  alert: "[role=alert]",
  article: "article, [role=article]",
  button: "button, [role=button]",
  checkbox: "input[type=checkbox], [role=checkbox]",
  complementary: "aside, [role=complementary]",
  dialog: "dialog, [role=dialog], [role=alertdialog]",
  heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
  link: "a[href], [role=link]",
  list: "ul, ol, [role=list]",
  listitem: "li, [role=listitem]",
  menuitem: "[role=menuitem]",
  navigation: "nav, [role=navigation]",
  row: "tr, [role=row]",
  status: "[role=status]",
  textbox: "textarea, input:not([type]), input[type=text], [role=textbox]",
} as const;
export type Role = keyof typeof selectors;

type Wanted = { selector: string; name: string | null; pattern: string | null };

/** Keys as WebDriver writes those that are no letters. */
export const keys = { enter: "\uE007", escape: "\uE00C", control: "\uE009", shift: "\uE008", tab: "\uE004", down: "\uE015" } as const;

const waits_ms = 20_000;
const looksEvery_ms = 100;

/** What a person finds by what it is and what it is called. Looked for anew each time. */
export class Part {
  constructor(readonly session: Session, private readonly way: readonly Wanted[]) {}

  /** Something within this one. A `name` in letters is the whole name. */
  part(role: Role, name?: string | RegExp): Part {
    return new Part(this.session, [...this.way, wanted(role, name)]);
  }

  /** All that is there now and can be seen. */
  async found(): Promise<Handle[]> {
    return (await this.session.run(find, this.way)) as unknown as Handle[];
  }

  async isThere(): Promise<boolean> {
    return (await this.found()).length > 0;
  }

  /** Waits until it is there, and returns the first. */
  async first(within_ms = waits_ms): Promise<Handle> {
    let seen: Handle | undefined;
    await until(async () => {
      [seen] = await this.found();
      return seen !== undefined;
    }, () => `${this} is not there`, within_ms);
    return seen as Handle;
  }

  async gone(within_ms = waits_ms): Promise<void> {
    await until(async () => !(await this.isThere()), () => `${this} is still there`, within_ms);
  }

  async says(text: string | RegExp, within_ms = waits_ms): Promise<void> {
    let said: readonly string[] = [];
    await until(async () => {
      said = await this.texts();
      return said.some((each) => (typeof text === "string" ? each === text : text.test(each)));
    }, () => `${this} says “${said.join("” “")}”, not ${text}`, within_ms);
  }

  /** What is written in each of them, in one line. */
  async texts(): Promise<string[]> {
    const elements = await this.found();
    return this.session.run((...each: unknown[]) => each.map((element) => (element as HTMLElement).innerText.trim().replace(/\s+/g, " ")), ...elements);
  }

  async click(): Promise<void> {
    await this.patiently((element) => this.session.click(element));
  }

  /** Writes a field anew. */
  async fill(text: string): Promise<void> {
    await this.patiently(async (element) => {
      await this.session.click(element);
      await this.session.press(keys.control, "a");
      await this.session.type(element, text);
    });
  }

  /** A page that draws itself anew takes an element away under the hand. */
  private async patiently(act: (element: Handle) => Promise<void>): Promise<void> {
    const passing = ["stale element reference", "element click intercepted", "element not interactable", "no such element"];
    const end = Date.now() + waits_ms;
    for (;;) {
      try {
        await act(await this.first());
        return;
      } catch (error) {
        if (!(error instanceof Refused) || !passing.includes(error.code) || Date.now() > end) throw error;
        await pause();
      }
    }
  }

  toString(): string {
    return this.way.map(({ selector, name, pattern }) => `${selector.split(",")[0]}${name === null && pattern === null ? "" : ` “${name ?? pattern}”`}`).join(" > ");
  }
}

/** The page that a browser shows. */
export class Page extends Part {
  /** Makes everything larger, where a window cannot be as narrow as a phone. */
  zoom: ((factor: number) => Promise<void>) | null = null;

  constructor(session: Session) {
    super(session, []);
  }

  async open(address: string): Promise<void> {
    await this.session.post("/url", { url: address });
  }

  /** As a person does. The driver's own way goes past the service worker in Firefox. */
  async reload(): Promise<void> {
    await this.session.run(() => {
      document.documentElement.dataset["before"] = "";
      setTimeout(() => location.reload(), 0);
    });
    await until(() => this.session.run(() => !("before" in document.documentElement.dataset) && document.readyState === "complete"), () => "the page is not loaded again");
  }

  /** Keys one after the other. */
  async press(...pressed: readonly string[]): Promise<void> {
    for (const key of pressed) await this.session.press(key);
  }

  /** Whether these words stand anywhere where they can be seen. */
  async saysAnywhere(words: string, within_ms = waits_ms): Promise<void> {
    let text = "";
    await until(async () => {
      text = await this.text();
      return text.includes(words);
    }, () => `“${words}” does not stand in “${text}”`, within_ms);
  }

  async text(): Promise<string> {
    return this.session.run(() => document.body.innerText.replace(/\s+/g, " "));
  }
}

export async function until(holds: () => Promise<boolean>, otherwise: () => string, within_ms = waits_ms): Promise<void> {
  const end = Date.now() + within_ms;
  for (;;) {
    const now = await holds().catch((error: unknown) => {
      // Between two documents there is nothing to ask.
      if (error instanceof Refused && ["stale element reference", "javascript error", "no such window", "unknown error"].includes(error.code)) return false;
      throw error;
    });
    if (now) return;
    if (Date.now() > end) throw new Error(otherwise());
    await pause();
  }
}

export function pause(ms = looksEvery_ms): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function wanted(role: Role, name?: string | RegExp): Wanted {
  return { selector: selectors[role], name: typeof name === "string" ? name : null, pattern: name instanceof RegExp ? name.source : null };
}

/** Runs in the page. Its names are those of the parts that we use: a label, or else what is written inside. */
function find(way: readonly Wanted[]): Element[] {
  const said = (text: string | null | undefined) => (text ?? "").trim().replace(/\s+/g, " ");
  const nameOf = (element: Element): string => {
    const ids = element.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
    const by = ids.map((id) => document.getElementById(id)).map((each) => each?.getAttribute("aria-label") ?? each?.textContent);
    const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
    return said(by.join(" ")) || said(element.getAttribute("aria-label")) || said(labels.join(" ")) || said(element.textContent);
  };
  const isSeen = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0 && element.closest("[aria-hidden=true], [inert]") === null;
  let places: (Document | Element)[] = [document];
  for (const { selector, name, pattern } of way) {
    const matches = (element: Element) => isSeen(element) && (name === null || nameOf(element) === name) && (pattern === null || new RegExp(pattern).test(nameOf(element)));
    places = places.flatMap((place) => [...place.querySelectorAll(selector)].filter(matches));
  }
  return places as Element[];
}
