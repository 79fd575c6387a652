import type { ReactNode } from "react";
import {
  FieldError, Input, Label, Radio, RadioGroup, SearchField as AriaSearchField, Switch as AriaSwitch, TextArea as AriaTextArea,
  TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps, Text,
} from "react-aria-components";
import { cx } from "./cx";
import { Icon } from "./icon";

export const inputShape =
  "w-full h-9 pointer-coarse:h-11 rounded-sm bg-raised border border-line-strong px-2.5 text-body text-ink invalid:border-madder focus:outline-2 focus:outline-accent focus:-outline-offset-1";
const labelShape = "text-small font-medium text-ink-2";

export type TextFieldProps = Omit<AriaTextFieldProps, "className" | "children"> & {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  placeholder?: string;
  mono?: boolean;
  rows?: number;
  className?: string;
  hideLabel?: boolean;
};

export function TextField({ label, hint, error, placeholder, mono, rows, className, hideLabel, ...rest }: TextFieldProps) {
  const shape = cx(inputShape, mono && "font-mono tracking-wide", rows !== undefined && "h-auto py-1.5 resize-y");
  return (
    <AriaTextField autoComplete="off" {...rest} isInvalid={Boolean(error)} className={cx("flex flex-col gap-1", className)}>
      <Label className={hideLabel ? "sr-only" : labelShape}>{label}</Label>
      {rows ? <AriaTextArea rows={rows} placeholder={placeholder} className={shape} /> : <Input placeholder={placeholder} className={shape} />}
      {hint && <Text slot="description" className="text-small text-ink-3">{hint}</Text>}
      <FieldError className="text-small text-madder">{error}</FieldError>
    </AriaTextField>
  );
}

export function SearchField({ label, value, onChange, autoFocus, placeholder }: { label: string; value: string; onChange: (value: string) => void; autoFocus?: boolean; placeholder?: string }) {
  return (
    <AriaSearchField aria-label={label} value={value} onChange={onChange} autoFocus={autoFocus ?? false} className="relative">
      <Icon name="search" className="absolute left-3 top-1/2 -translate-y-1/2 text-ink-3" />
      <Input placeholder={placeholder} autoComplete="off" className={cx(inputShape, "h-11 pl-9 text-lead [&::-webkit-search-cancel-button]:hidden")} />
    </AriaSearchField>
  );
}

export function Switch({ label, hint, isSelected, onChange }: { label: string; hint?: ReactNode; isSelected: boolean; onChange: (on: boolean) => void }) {
  return (
    <AriaSwitch isSelected={isSelected} onChange={onChange} className="group flex items-start gap-3 py-1 pointer-coarse:py-3">
      <span className="mt-0.5 flex h-5 w-9 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors duration-(--quick) group-selected:bg-accent group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent">
        <span className="size-4 rounded-full bg-raised transition-transform duration-(--quick) group-selected:translate-x-4" />
      </span>
      <span className="flex flex-col">
        <span>{label}</span>
        {hint && <span className="text-small text-ink-3">{hint}</span>}
      </span>
    </AriaSwitch>
  );
}

export type Choice<Value extends string> = { value: Value; label: string };

/** One of a few, all of them in sight. */
export function Segmented<Value extends string>({ label, value, choices, onChange, hideLabel, className }: {
  label: string; value: Value; choices: readonly Choice<Value>[]; onChange: (value: Value) => void; hideLabel?: boolean; className?: string;
}) {
  return (
    <RadioGroup value={value} onChange={(next) => onChange(next as Value)} orientation="horizontal" className={cx("flex flex-col gap-1", className)}>
      <Label className={hideLabel ? "sr-only" : labelShape}>{label}</Label>
      <div className="inline-flex w-fit max-w-full flex-wrap gap-0.5 rounded-sm border border-line bg-sunken p-0.5">
        {choices.map((choice) => (
          <Radio
            key={choice.value}
            value={choice.value}
            className="flex items-center rounded-xs px-2 py-1 sm:px-2.5 pointer-coarse:min-h-11 text-small text-ink-2 selected:bg-raised selected:text-ink selected:font-semibold selected:shadow-seat hovered:text-ink data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent"
          >
            {choice.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
