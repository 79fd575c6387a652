export const popoverShape = "rounded-md border border-line bg-raised shadow-float animate-rise max-w-[calc(100vw-1rem)]";
export const optionShape =
  "flex min-h-8 pointer-coarse:min-h-11 items-center gap-2.5 rounded-sm px-2.5 py-1 text-body outline-none focused:bg-hover selected:font-medium off:text-ink-3";
