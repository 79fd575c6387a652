import type { PersonRole } from "@lifeos/core";
import { Segmented } from "@lifeos/design";
import { roles, useRoleWords } from "./words";

/** A role in a space, none above one's own, and what it means. */
export function RoleChoice({ label, value, onChange, upTo }: { label: string; value: PersonRole; onChange: (role: PersonRole) => void; upTo: PersonRole }) {
  const words = useRoleWords();
  const choices = roles.slice(0, roles.indexOf(upTo) + 1);
  return (
    <div className="flex flex-col gap-1">
      <Segmented label={label} value={value} onChange={onChange} choices={choices.map((role) => ({ value: role, label: words.name[role] }))} />
      <p className="text-small text-ink-3">{words.inSpace[value]}</p>
    </div>
  );
}
