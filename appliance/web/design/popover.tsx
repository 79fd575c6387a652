import { type ReactNode, Suspense } from "react";
import { lazyWhenIdle } from "./lazy";

const Body = lazyWhenIdle(async () => ({ default: (await import("./popover-body")).PopoverBody }));

export type PopoverProps = { label: string; trigger: ReactNode; children: (close: () => void) => ReactNode; className?: string };

/** A small window that hangs from its trigger. */
export function Popover(props: PopoverProps) {
  return <Suspense fallback={props.trigger}><Body {...props} /></Suspense>;
}
