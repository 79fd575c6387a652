import { useSpaces } from "@lifeos/core";
import { useSyncExternalStore } from "react";
import { preferences } from "../preferences";

/** The spaces that this person was removed from and has not been told of on this device. Kept as ids, which say nothing. */
export function useRemovedFrom(): { spaces: ReturnType<typeof useSpaces>; seen: () => void } {
  const told = (useSyncExternalStore(preferences.subscribe, () => preferences.get("removedSeen")) ?? "").split(" ");
  const spaces = useSpaces().filter((space) => space.role === null && !told.includes(space.space));
  return { spaces, seen: () => preferences.set("removedSeen", [...told, ...spaces.map(({ space }) => space)].join(" ").trim()) };
}
