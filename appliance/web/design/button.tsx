import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps, Link as AriaLink, type LinkProps as AriaLinkProps, Tooltip, TooltipTrigger } from "react-aria-components";
import { cx } from "./cx";
import { Icon, type IconName } from "./icon";
import { Keys } from "./keys";

export type ButtonTone = "primary" | "plain" | "quiet" | "danger";

const tones = {
  primary: "bg-accent text-accent-ink hovered:bg-accent-strong",
  plain: "bg-raised text-ink border border-line-strong/60 hovered:bg-hover",
  quiet: "text-ink-2 hovered:bg-hover hovered:text-ink",
  danger: "bg-raised text-madder border border-madder/50 hovered:bg-madder-soft",
} satisfies Record<ButtonTone, string>;

const shape =
  "inline-flex items-center justify-center gap-2 rounded-sm px-3 h-9 pointer-coarse:h-11 text-body font-medium select-none whitespace-nowrap transition-colors duration-(--quick) pressed:translate-y-px off:opacity-50";

export type ButtonProps = Omit<AriaButtonProps, "className" | "children"> & {
  tone?: ButtonTone;
  icon?: IconName;
  children: ReactNode;
  className?: string;
};

export function Button({ tone = "plain", icon, children, className, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={cx(shape, tones[tone], className)}>
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
}

export type IconButtonProps = Omit<AriaButtonProps, "className" | "children" | "aria-label"> & {
  icon: IconName;
  label: string;
  keys?: string;
  size?: number;
  className?: string;
};

/** A button without words: its label is its name and its tooltip, with the key that does the same. */
export function IconButton({ icon, label, keys, size = 17, className, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={cx(
          "inline-grid place-items-center size-8 pointer-coarse:size-11 rounded-sm text-ink-2 hovered:bg-hover hovered:text-ink pressed:translate-y-px off:opacity-40 shrink-0",
          className,
        )}
      >
        <Icon name={icon} size={size} />
      </AriaButton>
      <Tooltip offset={6} className="flex items-center gap-2 rounded-sm bg-ink text-paper px-2 py-1 text-small shadow-float">
        {label}
        {keys && <Keys keys={keys} tone="inverse" />}
      </Tooltip>
    </TooltipTrigger>
  );
}

export type LinkProps = Omit<AriaLinkProps, "className" | "children"> & { children: ReactNode; className?: string; plain?: boolean };

/** A way to another place of the app. `plain` leaves the looks to the caller. */
export function Link({ plain = false, className, children, ...rest }: LinkProps) {
  return (
    <AriaLink {...rest} className={cx(!plain && "text-accent underline underline-offset-3 decoration-accent/40 hovered:decoration-accent rounded-xs", className)}>
      {children}
    </AriaLink>
  );
}
