import { type ReactNode, useContext, useId } from "react";
import { DialogTrigger, OverlayTriggerStateContext, Popover as AriaPopover } from "react-aria-components";
import { cx } from "./cx";
import type { PopoverProps } from "./popover";
import { popoverShape } from "./shapes";

/** It is itself the dialog, so that the hidden buttons that close it, for who cannot press Escape, are within. */
export function PopoverBody({ label, trigger, children, className }: PopoverProps) {
  const id = useId();
  return (
    <DialogTrigger>
      {trigger}
      {/* Its label is an element of its own: a label in words would give way to the trigger's. */}
      <AriaPopover aria-labelledby={id} offset={4} placement="bottom start" className={cx(popoverShape, "quiet-scroll outline-none")}>
        <span id={id} hidden>{label}</span>
        <div className={cx("p-3", className)}><Within>{children}</Within></div>
      </AriaPopover>
    </DialogTrigger>
  );
}

function Within({ children }: { children: (close: () => void) => ReactNode }) {
  const state = useContext(OverlayTriggerStateContext);
  return children(() => state?.close());
}
