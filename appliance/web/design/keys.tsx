import { Keyboard } from "react-aria-components";
import { cx } from "./cx";

const onMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys that are printed otherwise than browsers call them. */
const drawn: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };

/** Writes a key combination as this machine prints it: "Mod" is Ctrl, or ⌘ on a Mac. */
export function spellKeys(keys: string): string[] {
  return keys.split(/[+ ]/).map((key) => {
    if (key === "Mod") return onMac ? "⌘" : "Ctrl";
    if (key === "Alt") return onMac ? "⌥" : "Alt";
    if (key === "Shift") return onMac ? "⇧" : "Shift";
    if (key in drawn) return drawn[key] ?? key;
    return key.length === 1 ? key.toUpperCase() : key;
  });
}

/** The key that does the same as the thing beside it. Hidden from assistive technology: `aria-keyshortcuts` says it there. */
export function Keys({ keys, tone = "plain", isAlways = false }: { keys: string; tone?: "plain" | "inverse"; /** Also where there may be no keyboard: keys are what is asked for. */ isAlways?: boolean }) {
  return (
    <Keyboard aria-hidden className={cx("inline-flex gap-0.5 font-sans", !isAlways && "pointer-coarse:hidden")}>
      {spellKeys(keys).map((key) => (
        <span
          key={key}
          className={cx(
            "min-w-5 text-center rounded-xs px-1 text-micro",
            tone === "inverse" ? "bg-paper/20 text-paper" : "border border-line text-ink-3 bg-paper",
          )}
        >
          {key}
        </span>
      ))}
    </Keyboard>
  );
}
