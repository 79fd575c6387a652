import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { PersonView, SpaceView } from "./contract/api";
import { useLife, useSpace, useStatus } from "./hooks";
import { share } from "./share";

const SpacesContext = createContext<readonly SpaceView[]>([]);

/** How long it is waited for more of what may have changed who is in which space. */
const gather_ms = 150;

/** Knows the spaces, and asks again when something was sent or has come. */
export function SpacesProvider({ children }: { children: ReactNode }) {
  const client = useLife();
  const moved = useStatus((status) => `${status.phase.type} ${status.sync} ${status.waiting} ${status.rekeying}`);
  const [spaces, setSpaces] = useState<readonly SpaceView[]>([]);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what moved may have changed the spaces
  useEffect(() => {
    const ask = () => {
      isFirst.current = false;
      client.expect("people", { type: "people" }).then(({ people }) => setSpaces((before) => share(before, people.spaces)), () => {});
    };
    const timer = setTimeout(ask, isFirst.current ? 0 : gather_ms);
    return () => clearTimeout(timer);
  }, [client, moved]);
  return <SpacesContext.Provider value={spaces}>{children}</SpacesContext.Provider>;
}

/** The spaces of this person, their own first; none until they are known. */
export function useSpaces(): readonly SpaceView[] {
  return useContext(SpacesContext);
}

/** The shared space that is looked at, as far as it is known; `null` where it is the person's own. */
export function useSharedSpace(): SpaceView | null {
  const here = useSpace();
  const spaces = useSpaces();
  return here === null ? null : (spaces.find(({ space }) => space === here) ?? null);
}

/** Whether the person may write where they look. The core decides; this only greys what it would refuse. */
export function useMayWrite(): boolean {
  const here = useSpace();
  const space = useSharedSpace();
  return here === null || (space !== null && space.role !== null && space.role !== "viewer");
}

/** Who is in the shared space that is looked at: those to whom a task can be given. */
export function useMembers(): readonly PersonView[] {
  return useSharedSpace()?.people.filter((person) => person.role !== null) ?? none;
}

const none: readonly PersonView[] = [];
