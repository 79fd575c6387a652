/** The fragment of an invitation's link. No request carries it, and it is taken out of the address at once. */
const fragment = /^#join\/.+/;

let link: string | null = null;
let isBegun = false;
let isOver = false;
const listeners = new Set<() => void>();

function changed() {
  for (const listener of listeners) listener();
}

/** Keeps the invitation that the address has, in memory alone: whoever loads the page again opens the link again. */
export function takeInvitation(): void {
  const take = () => {
    const opened = location.hash;
    if (!fragment.test(opened)) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    // An account that is being made is finished or given up first.
    if (isBegun && !isOver) return;
    link = opened;
    isOver = false;
    changed();
  };
  take();
  window.addEventListener("hashchange", take);
}

/** The invitation by which somebody comes in here. */
export const invitation = {
  /** Its link, empty where it is still to be pasted; `null` where nobody comes by one. */
  link: () => link,
  /** Whether the box was asked by it: from there on what is being made is its account. */
  isBegun: () => isBegun,
  begin: () => {
    isBegun = true;
    isOver = false;
  },
  /** The box lets nobody in by it any more: the next one that is opened is taken. */
  over: () => {
    isOver = true;
  },
  /** Somebody says that they were invited, and will paste the link. */
  expect: () => {
    link ??= "";
    changed();
  },
  drop: () => {
    link = null;
    isBegun = false;
    isOver = false;
    changed();
  },
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};
