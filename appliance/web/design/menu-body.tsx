import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import { IconButton } from "./button";
import { cx } from "./cx";
import { Icon } from "./icon";
import { Keys } from "./keys";
import type { ActionMenuProps } from "./menu";
import { optionShape, popoverShape } from "./shapes";

/** A list of things to do, behind one button. `null` draws a line between groups. */
export function ActionMenuBody({ label, actions, icon = "more" }: ActionMenuProps) {
  return (
    <MenuTrigger>
      <IconButton icon={icon} label={label} />
      <Popover placement="bottom end" offset={4} className={popoverShape}>
        <AriaMenu aria-label={label} className="min-w-52 p-1 outline-none">
          {actions.map((action, index) =>
            action === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a separator has no identity but its place
              <Separator key={`line-${index}`} className="my-1 border-t border-line" />
            ) : (
              <MenuItem
                key={action.id}
                id={action.id}
                textValue={action.label}
                isDisabled={action.isDisabled ?? false}
                onAction={action.onAction}
                className={cx(optionShape, action.tone === "danger" && "text-madder")}
              >
                {action.icon && <Icon name={action.icon} className={cx("shrink-0", action.tone !== "danger" && "text-ink-3")} />}
                <span className="flex-1">{action.label}</span>
                {action.keys && <Keys keys={action.keys} />}
              </MenuItem>
            ),
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
