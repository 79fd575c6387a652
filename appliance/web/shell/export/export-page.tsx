import { ExportScreen } from "./export";

/** The screen as it is under its address: it packs what is here. */
export function ExportPage() {
  return <ExportScreen />;
}
