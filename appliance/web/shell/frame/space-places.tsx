import { useSpaces } from "@lifeos/core";
import { PlaceLink, RailHead } from "@lifeos/tasks";
import { useLingui } from "@lingui/react/macro";

/** The shared spaces among the places; those that the person was removed from stand with the people alone. */
export function SpacePlaces({ onGo }: { onGo?: () => void }) {
  const { t } = useLingui();
  const shared = useSpaces().filter((space) => !space.personal && space.role !== null);
  if (shared.length === 0) return null;
  return (
    <>
      <RailHead title={t`Shared`} href="/people" onGo={onGo} />
      <ul>{shared.map(({ space, name }) => <PlaceLink key={space} place={{ path: `/spaces/${space}`, label: name ?? t`Space without a name`, icon: "people", keys: "" }} onGo={onGo} />)}</ul>
    </>
  );
}
