import { cx } from "./cx";

export type MarkState = "open" | "in_progress" | "completed" | "cancelled";

/** Heavier and warmer with each level: 0 is none, 3 the highest. */
const rings = ["border-[1.5px] border-line-strong", "border-2 border-label-sky", "border-2 border-ochre", "border-[2.5px] border-madder"];
const tints = ["", "bg-label-sky/10", "bg-ochre/12", "bg-madder/12"];

export type MarkProps = { label: string; state: MarkState; priority: number; onToggle: () => void; size?: "row" | "title"; isDisabled?: boolean };

/** The mark of a task. A press finishes it or takes it up again; its ring tells the priority, its name says it. */
export function Mark({ label, state, priority, onToggle, size = "row", isDisabled = false }: MarkProps) {
  const done = state === "completed";
  const closed = done || state === "cancelled";
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input cannot carry the drawn states; role, name and state are given
    <button
      type="button"
      role="checkbox"
      aria-checked={done ? true : state === "in_progress" ? "mixed" : false}
      aria-label={label}
      tabIndex={-1}
      disabled={isDisabled}
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
      className="group/mark relative grid shrink-0 place-items-center before:absolute before:-inset-2.5 pointer-coarse:before:-inset-3.5"
    >
      <span
        className={cx(
          "grid place-items-center rounded-xs transition-colors duration-(--quick)",
          size === "title" ? "size-5.5" : "size-4.5",
          closed ? "border-[1.5px] border-accent bg-accent text-accent-ink" : cx(rings[priority], tints[priority]),
          state === "cancelled" && "border-line-strong! bg-transparent! text-ink-3!",
        )}
      >
        {done && (
          <svg viewBox="0 0 12 12" className="size-3" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round">
            <path d="M2 6.5 4.8 9.2 10 3.2" className="animate-tick" />
          </svg>
        )}
        {state === "cancelled" && <span className="h-[1.5px] w-2.5 bg-current" />}
        {state === "in_progress" && <span className="size-2 rounded-[1.5px] bg-accent" />}
        {!closed && state === "open" && <span className="size-2 rounded-[1.5px] bg-accent opacity-0 transition-opacity group-hover/mark:opacity-30" />}
      </span>
    </button>
  );
}
