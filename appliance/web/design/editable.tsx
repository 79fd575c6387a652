import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button as PlainButton } from "react-aria-components";
import { cx } from "./cx";
import { dropUnsaved, handOver, keepUnsaved, useUnsaved } from "./unsaved";

/** What a text weighs where it is kept: letters beyond the Latin alphabet count more than once. */
const sizeOf = (text: string) => new TextEncoder().encode(text).length;

const settles_ms = 1200;
/** From which part of the limit on it is told how much is left. */
const told_from = 0.9;

/** What an editable text says of itself. */
export type EditableWords = { left: (count: number) => string; over: (count: number) => string; unsaved: string; again: string };

/** The most that the core takes, and how it is told. */
export type TextLimit = { bytes: number; words: EditableWords };

/**
 * A text that is edited where it stands. What is typed is handed over when the typing rests, when
 * the focus leaves and when the text goes away; a change from elsewhere shows unless one is typing.
 * What was not saved stays where it was typed, and says so; with `keepAs` also while the field is away.
 */
export function EditableText({ label, value, onCommit, multiline = false, placeholder, className, required = false, onEnter, autoFocus = false, limit, keepAs }: {
  label: string; value: string; /** Answers whether it was saved. */ onCommit: (text: string) => Promise<boolean>; multiline?: boolean; placeholder?: string; className?: string; required?: boolean; onEnter?: () => void; autoFocus?: boolean; limit?: TextLimit; keepAs?: string;
}) {
  const kept = useUnsaved(keepAs);
  const [draft, setDraft] = useState<string | null>(kept ?? null);
  const [isRefused, setRefused] = useState(kept !== undefined);
  const box = useRef<HTMLTextAreaElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What was handed over and has not come back yet is not handed over again.
  const given = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value settles what was given
  useEffect(() => {
    given.current = null;
  }, [value]);

  // Refused after the field had gone, and come back.
  useEffect(() => {
    if (kept === undefined) return;
    setDraft((now) => now ?? kept);
    setRefused(true);
  }, [kept]);

  const refused = (typed: string) => {
    given.current = null;
    if (keepAs !== undefined) keepUnsaved(keepAs, typed);
    setRefused(true);
  };
  const settled = (typed: string) => {
    if (keepAs !== undefined) dropUnsaved(keepAs, typed);
    setRefused(false);
    // Where the typing goes on, what is typed counts.
    if (document.activeElement !== box.current) setDraft((now) => (now === typed ? null : now));
  };
  const flush = useRef(() => {});
  flush.current = () => {
    clearTimeout(timer.current);
    if (draft === null || draft === given.current) return;
    // What must say something is kept without the spaces around it.
    if (required ? ["", value].includes(draft.trim()) : draft === value) return settled(draft);
    if (keepAs !== undefined) handOver(keepAs, draft);
    if (limit && sizeOf(draft) > limit.bytes) return refused(draft);
    given.current = draft;
    void onCommit(draft).then((isSaved) => (isSaved ? settled(draft) : refused(draft)));
  };
  // What was refused already waits where it is kept: who leaves has not asked again.
  const leave = useRef(() => {});
  leave.current = () => {
    if (kept === undefined || draft !== kept) flush.current();
  };
  useEffect(() => () => leave.current(), []);
  const shown = draft ?? value;
  const size = limit && shown.length * 3 > limit.bytes * told_from ? sizeOf(shown) : 0;
  const told = limit !== undefined && (isRefused || size > limit.bytes * told_from);
  const room = limit ? limit.bytes - size : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [shown]);

  return (
    <span className={told ? "flex min-w-0 flex-1 flex-col" : "contents"}>
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
      onBlur={() => flush.current()}
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
    {told && limit && (
      <span role="status" className={cx("figures flex flex-wrap items-center gap-x-3 text-small font-normal", room < 0 || isRefused ? "text-madder" : "text-ink-3")}>
        {room < 0 ? limit.words.over(-room) : isRefused ? limit.words.unsaved : limit.words.left(room)}
        {isRefused && room >= 0 && <PlainButton onPress={() => { box.current?.focus(); flush.current(); }} className="rounded-xs px-1 underline underline-offset-3 hovered:bg-hover pointer-coarse:min-h-11">{limit.words.again}</PlainButton>}
      </span>
    )}
    </span>
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
