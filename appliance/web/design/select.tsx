import type { ReactNode } from "react";
import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from "react-aria-components";
import { cx } from "./cx";
import type { Choice } from "./field";
import { Icon } from "./icon";
import { optionShape, popoverShape } from "./shapes";

/** One of many. The list opens over the page and is found by typing. */
export function Select<Value extends string>({ label, value, choices, onChange, hideLabel, look = "field", className, placeholder }: {
  label: string;
  value: Value | null;
  choices: readonly (Choice<Value> & { before?: ReactNode })[];
  onChange: (value: Value) => void;
  hideLabel?: boolean;
  look?: "field" | "bare";
  className?: string;
  placeholder?: string;
}) {
  return (
    <AriaSelect
      selectedKey={value}
      // A browser would keep the choice with its history of the tab.
      autoComplete="off"
      onSelectionChange={(key) => key !== null && onChange(String(key) as Value)}
      className={cx("flex flex-col gap-1 min-w-0", className)}
      {...(placeholder ? { placeholder } : {})}
    >
      <Label className={hideLabel ? "sr-only" : "text-small font-medium text-ink-2"}>{label}</Label>
      <Button
        className={cx(
          "flex min-w-0 items-center gap-2 rounded-sm text-left",
          look === "field" ? "h-9 pointer-coarse:h-11 border border-line-strong bg-raised px-2.5" : "-mx-2 min-h-8 pointer-coarse:min-h-11 px-2 hovered:bg-hover",
        )}
      >
        <SelectValue className="min-w-0 flex-1 truncate data-[placeholder]:text-ink-3 [&_[data-check]]:hidden" />
        <Icon name="chevronDown" size={14} className="shrink-0 text-ink-3" />
      </Button>
      <Popover offset={4} className={cx(popoverShape, "min-w-(--trigger-width)")}>
        <ListBox className="quiet-scroll max-h-80 p-1 outline-none">
          {choices.map((choice) => (
            <ListBoxItem key={choice.value} id={choice.value} textValue={choice.label} className={optionShape}>
              {choice.before}
              <span className="flex-1 truncate">{choice.label}</span>
              <span data-check className="w-4 text-accent">{choice.value === value && <Icon name="check" />}</span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
