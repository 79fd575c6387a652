import { useMembers } from "@lifeos/core";
import { Icon, PlainButton, Popover, Picker, Select } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useAssigneeName, usePersonName } from "./person-name";

const nobody = "nobody";

/** Who is to do it: nobody, or a member of the space. Who has left stays named until it is given to another. */
export function AssigneeValue({ value, onChange }: { value: string | null; onChange: (account: string | null) => void }) {
  const { t } = useLingui();
  const members = useMembers();
  const nameOf = usePersonName();
  const named = useAssigneeName(value);
  const isGone = value !== null && !members.some((person) => person.account === value);
  return (
    <Select
      label={t`Assigned to`}
      hideLabel
      look="bare"
      className={value === null ? "text-ink-3" : ""}
      value={value ?? nobody}
      choices={[{ value: nobody, label: t`Nobody` }, ...members.map((person) => ({ value: person.account, label: nameOf(person) })), ...(isGone ? [{ value, label: named ?? "" }] : [])]}
      onChange={(next) => onChange(next === nobody ? null : next)}
    />
  );
}

/** The same as a chip beside a line that is being written. */
export function AssigneeChip({ value, onChange, shape }: { value: string | null; onChange: (account: string | null) => void; shape: (isSet: boolean) => string }) {
  const { t } = useLingui();
  const members = useMembers();
  const nameOf = usePersonName();
  const named = useAssigneeName(value);
  if (members.length === 0) return null;
  return (
    <Popover
      label={t`Assigned to`}
      className="w-56 p-1!"
      trigger={<PlainButton aria-label={named ? t`Assigned to: ${named}` : t`Assigned to`} className={shape(value !== null)}><Icon name="people" size={14} /><span className="truncate">{named ?? t`Assigned to`}</span></PlainButton>}
    >
      {(close) => (
        <Picker
          label={t`Assigned to`}
          placeholder={t`Find somebody…`}
          options={members.map((person) => ({ id: person.account, label: nameOf(person) }))}
          chosen={value === null ? [] : [value]}
          emptyLabel={t`Nobody of that name is in this space.`}
          onChange={([account]) => { onChange(account ?? null); close(); }}
        />
      )}
    </Popover>
  );
}
