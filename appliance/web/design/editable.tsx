import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { cx } from "./cx";

const settles_ms = 1200;

/**
 * A text that is edited where it stands. What is typed is handed over when the typing rests, when
 * the focus leaves and when the text goes away; a change from elsewhere shows unless one is typing.
 */
export function EditableText({ label, value, onCommit, multiline = false, placeholder, className, required = false, onEnter, autoFocus = false }: {
  label: string; value: string; onCommit: (text: string) => void; multiline?: boolean; placeholder?: string; className?: string; required?: boolean; onEnter?: () => void; autoFocus?: boolean;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ draft, value, onCommit });
  latest.current = { draft, value, onCommit };
  // What was handed over and has not come back yet is not handed over again.
  const given = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value settles what was given
  useEffect(() => {
    given.current = null;
  }, [value]);

  const flush = useRef(() => {
    clearTimeout(timer.current);
    const { draft: typed, value: known, onCommit: commit } = latest.current;
    if (typed === null || typed === (given.current ?? known) || (required && typed.trim() === "")) return;
    given.current = typed;
    commit(typed);
  });
  useEffect(() => {
    const leave = flush.current;
    return () => leave();
  }, []);
  const shown = draft ?? value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [shown]);

  return (
    <textarea
      ref={box}
      rows={1}
      aria-label={label}
      autoComplete="off"
      // biome-ignore lint/a11y/noAutofocus: only where the person has just asked to edit this text
      autoFocus={autoFocus}
      placeholder={placeholder}
      value={shown}
      onChange={(event) => {
        setDraft(multiline ? event.target.value : event.target.value.replace(/\n/g, " "));
        clearTimeout(timer.current);
        timer.current = setTimeout(() => flush.current(), settles_ms);
      }}
      onBlur={() => {
        flush.current();
        setDraft(null);
      }}
      onKeyDown={(event: KeyboardEvent<HTMLTextAreaElement>) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Escape") {
          event.stopPropagation();
          event.currentTarget.blur();
        } else if (event.key === "Enter" && (!multiline || event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          flush.current();
          if (onEnter) onEnter();
          else event.currentTarget.blur();
        }
      }}
      className={cx("block field-sizing-content w-full resize-none overflow-hidden bg-transparent outline-none placeholder:text-ink-3", className)}
    />
  );
}

/** One property of a record: its name in the margin, its value in the column. */
export function Property({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.75rem_1fr] sm:grid-cols-[6.5rem_1fr] items-center gap-2 min-h-9">
      <span className="text-small text-ink-3">{name}</span>
      <div className="flex min-w-0 flex-wrap items-center gap-1.5">{children}</div>
    </div>
  );
}

/** A value that opens something when pressed, as quiet as text until then. */
export const valueShape =
  "inline-flex max-w-full items-center gap-1.5 -ml-2 rounded-sm px-2 min-h-8 pointer-coarse:min-h-11 text-left text-body hovered:bg-hover pressed:bg-hover";
