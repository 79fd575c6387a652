import { type ReactNode, useState } from "react";
import { Autocomplete, Input, ListBox, ListBoxItem, SearchField, useFilter } from "react-aria-components";
import { cx } from "./cx";
import { Icon } from "./icon";
import { optionShape } from "./shapes";

export type Pick = { id: string; label: string; before?: ReactNode; hint?: string };

/** A list to choose from by typing. With `onCreate`, what is not there yet can be made on the spot. */
export function Picker({ label, placeholder, options, chosen, multiple = false, onChange, onCreate, createLabel, emptyLabel }: {
  label: string;
  placeholder: string;
  options: readonly Pick[];
  chosen: readonly string[];
  multiple?: boolean;
  onChange: (chosen: string[]) => void;
  onCreate?: (text: string) => void;
  createLabel?: (text: string) => string;
  emptyLabel: string;
}) {
  const { contains } = useFilter({ sensitivity: "base" });
  const [text, setText] = useState("");
  const typed = text.trim();
  const creates = onCreate && createLabel && typed !== "" && !options.some((option) => option.label.toLocaleLowerCase() === typed.toLocaleLowerCase());
  return (
    <Autocomplete filter={(value, input) => value.startsWith("\u0000") || contains(value, input)} inputValue={text} onInputChange={setText}>
      <SearchField aria-label={label} autoFocus className="border-b border-line px-1 pb-1">
        <Input placeholder={placeholder} autoComplete="off" className="h-8 w-full bg-transparent px-2 outline-none pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden" />
      </SearchField>
      <ListBox
        aria-label={label}
        selectionMode={multiple ? "multiple" : "single"}
        selectionBehavior="toggle"
        // Escape closes the window that the list is in. It takes nothing out of what was chosen.
        escapeKeyBehavior="none"
        selectedKeys={chosen}
        onSelectionChange={(keys) => {
          const next = keys === "all" ? options.map((option) => option.id) : [...keys].map(String);
          if (next.includes("create")) onCreate?.(typed);
          else onChange(next);
        }}
        renderEmptyState={() => <p className="px-2.5 py-2 text-small text-ink-3">{emptyLabel}</p>}
        className="quiet-scroll max-h-72 p-1 outline-none"
      >
        {options.map((option) => (
          <ListBoxItem key={option.id} id={option.id} textValue={option.label} className={optionShape}>
            {({ isSelected }) => (
              <>
                {option.before}
                <span className="flex-1 truncate">{option.label}</span>
                {option.hint && <span className="text-small text-ink-3">{option.hint}</span>}
                <span className={cx("w-4 text-accent", !isSelected && "invisible")}><Icon name="check" /></span>
              </>
            )}
          </ListBoxItem>
        ))}
        {creates && (
          <ListBoxItem id="create" textValue={`\u0000${typed}`} className={cx(optionShape, "text-accent")}>
            <Icon name="plus" />
            {createLabel(typed)}
          </ListBoxItem>
        )}
      </ListBox>
    </Autocomplete>
  );
}
