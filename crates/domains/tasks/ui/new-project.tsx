import { useNavigation } from "@lifeos/core";
import { Button, Dialog, DialogActions, DialogBody, labelInks, TextField } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useTaskActions, useTasksShared } from "./context";

export function NewProject({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const { projectList } = useTasksShared();
  const { go } = useNavigation();
  const [title, setTitle] = useState("");
  const [area, setArea] = useState("");
  const make = async () => {
    if (title.trim() === "") return;
    const made = await actions.run({ type: "createProject", title: title.trim(), set: [{ colour: labelInks[projectList.length % labelInks.length] ?? "slate" }, ...(area.trim() ? [{ area: area.trim() }] : [])] });
    const id = made?.records[0];
    setTitle("");
    onClose();
    if (id) go(`/projects/${id}`);
  };
  return (
    <Dialog title={t`New project`} width="narrow" place="top" isOpen={isOpen} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); void make(); }} className="contents">
        <DialogBody>
          <TextField label={t`Name`} value={title} onChange={setTitle} autoFocus />
          <TextField label={t`Area of life`} hint={t`Home, work, health… Leave empty if it does not matter.`} value={area} onChange={setArea} />
        </DialogBody>
        <DialogActions>
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button tone="primary" type="submit" isDisabled={title.trim() === ""}>{t`Make project`}</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
