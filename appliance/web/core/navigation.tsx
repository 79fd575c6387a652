import { createContext, type ReactNode, useContext } from "react";

/** How a domain's screens move about, without knowing the router. */
export type Navigation = {
  path: string;
  go: (path: string) => void;
  /** The record whose detail is open, by id; ids say nothing about content. */
  record: string | null;
  openRecord: (id: string | null) => void;
};

const NavigationContext = createContext<Navigation | null>(null);

export function NavigationProvider({ value, children }: { value: Navigation; children: ReactNode }) {
  return <NavigationContext.Provider value={value}>{children}</NavigationContext.Provider>;
}

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (!navigation) throw new Error("no NavigationProvider above");
  return navigation;
}
