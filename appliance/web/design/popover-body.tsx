import { type ReactNode, useContext } from "react";
import { DialogTrigger, OverlayTriggerStateContext, Popover as AriaPopover } from "react-aria-components";
import { cx } from "./cx";
import type { PopoverProps } from "./popover";
import { popoverShape } from "./shapes";

export function PopoverBody({ label, trigger, children, className }: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      {/* It is itself the dialog: the hidden buttons that close it, for who cannot press Escape, are within. */}
      <AriaPopover aria-label={label} offset={4} placement="bottom start" className={cx(popoverShape, "outline-none")}>
        <div className={cx("p-3", className)}><Within>{children}</Within></div>
      </AriaPopover>
    </DialogTrigger>
  );
}

function Within({ children }: { children: (close: () => void) => ReactNode }) {
  const state = useContext(OverlayTriggerStateContext);
  return children(() => state?.close());
}
