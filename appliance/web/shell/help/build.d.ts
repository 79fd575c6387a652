/** Put in by the build, out of CHANGELOG.md and the version of this package. */
declare const __BUILD__: { version: string; changes: string };

declare module "virtual:changes" {
  export const releases: import("./changelog").Release[];
}
