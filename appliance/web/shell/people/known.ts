import type { InviteView, PeopleView, PersonView, SpaceView } from "@lifeos/core";

/** Somebody else, and where they are met. */
export type Known = {
  account: string;
  name: string | null;
  words: readonly string[];
  verified: boolean;
  /** The spaces that they are or were in, as this person sees them. */
  places: readonly { space: SpaceView; person: PersonView }[];
  /** The invitation by which they came, while it has not done its work. */
  came: (InviteView & { standing: { type: "accepted"; proven: boolean } }) | null;
};

/** Everybody whom the spaces and the invitations know, who is to be compared first. */
export function knownPeople(people: PeopleView): Known[] {
  const known = new Map<string, Known>();
  for (const space of people.spaces) {
    for (const person of space.people) {
      if (person.this) continue;
      const before = known.get(person.account);
      const { account, words, verified } = person;
      known.set(account, { account, words, verified, name: before?.name ?? person.name, places: [...(before?.places ?? []), { space, person }], came: null });
    }
  }
  for (const invite of people.invites) {
    const { standing } = invite;
    if (standing.type !== "accepted") continue;
    const { account, words, verified } = standing;
    const before = known.get(account);
    known.set(account, { account, words, verified, name: before?.name ?? null, places: before?.places ?? [], came: { ...invite, standing } });
  }
  return [...known.values()].sort((a, b) => Number(a.verified) - Number(b.verified) || (a.name ?? "").localeCompare(b.name ?? ""));
}

/** Spaces that can be shared, and in which this person lets others in. */
export function managedSpaces(people: PeopleView): SpaceView[] {
  return people.spaces.filter((space) => !space.personal && manages(space));
}

export function manages(space: SpaceView): boolean {
  return space.role === "owner" || space.role === "admin";
}
