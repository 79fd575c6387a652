import help from "../../../../docs/guides/de/help.md?raw";
import owner from "../../../../docs/guides/de/owner.md?raw";
import recovery from "../../../../docs/guides/de/recovery.md?raw";

export const texts = { help, owner, recovery };
