import { Suspense } from "react";
import { IconButton } from "./button";
import type { IconName } from "./icon";
import { lazyWhenIdle } from "./lazy";

const Body = lazyWhenIdle(async () => ({ default: (await import("./menu-body")).ActionMenuBody }));

export type Action = {
  id: string;
  label: string;
  icon?: IconName;
  keys?: string;
  tone?: "danger";
  isDisabled?: boolean;
  onAction: () => void;
};

export type ActionMenuProps = { label: string; actions: (Action | null)[]; icon?: IconName };

/** A list of things to do, behind one button. `null` draws a line between groups. */
export function ActionMenu(props: ActionMenuProps) {
  return (
    <Suspense fallback={<IconButton icon={props.icon ?? "more"} label={props.label} />}>
      <Body {...props} />
    </Suspense>
  );
}
