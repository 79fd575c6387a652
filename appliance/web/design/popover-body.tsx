import { Dialog, DialogTrigger, Popover as AriaPopover } from "react-aria-components";
import { cx } from "./cx";
import type { PopoverProps } from "./popover";
import { popoverShape } from "./shapes";

export function PopoverBody({ label, trigger, children, className }: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover offset={4} placement="bottom start" className={popoverShape}>
        <Dialog aria-label={label} className={cx("outline-none p-3", className)}>
          {({ close }) => children(close)}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
