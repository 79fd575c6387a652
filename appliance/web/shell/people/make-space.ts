import { CallFailed, type PeopleView, useLife } from "@lifeos/core";
import { useRefusals } from "./words";

/** Returns a function that makes a space and answers its id. */
export function useMakeSpace(people: PeopleView): (name: string, fromNowOn: boolean) => Promise<string> {
  const client = useLife();
  const refused = useRefusals();
  return async (name, fromNowOn) => {
    const before = new Set(people.spaces.map(({ space }) => space));
    await refused(client.call({ type: "spaceCreate", name: name.trim(), fromNowOn }));
    const { people: after } = await client.expect("people", { type: "people" });
    const made = after.spaces.find(({ space }) => !before.has(space));
    if (!made) throw new CallFailed({ code: "notFound", detail: null });
    return made.space;
  };
}
