import { Button, Dialog, DialogActions, DialogBody } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { HistoryOf } from "./history";

/** The history of any record, over the page from which it is looked at. */
export function HistoryDialog({ record, name, onClose }: { record: string; name: string; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog title={t`History of ${name}`} isOpen onClose={onClose}>
      <DialogBody isReadOnly><HistoryOf record={record} /></DialogBody>
      <DialogActions><Button onPress={onClose}>{t`Close`}</Button></DialogActions>
    </Dialog>
  );
}
