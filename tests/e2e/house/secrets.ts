import { hkdfSync } from "node:crypto";
import type { Wanted } from "./search/finder.ts";
import { secret } from "./search/search.ts";
import type { Kit } from "./steps.ts";

/** What a kit and a passkey's answer open a box with, by `docs/formats.md` and by none of the product's code. */

const kit_bytes = 20;
const account_bytes = 16;
const lookup_bytes = 16;

/** The kit's code as it is printed and as it is typed, its bytes, and the secret that is made of them. */
export function secretsOfKit(kit: Kit): Wanted[] {
  const bytes = bytesOf(kit.code, kit_bytes);
  return [
    ...secret("the kit's code", Buffer.from(kit.code.replaceAll(" ", ""))),
    ...secret("the kit's code as printed", Buffer.from(kit.code)),
    ...secret("the kit's bytes", bytes),
    ...secret("the kit's method secret", derived(bytes, "lifeos/kit/1")),
  ];
}

/** What the passkey answered, and the secret that is made of it. */
export function secretsOfPrf(outputs: readonly Buffer[], kit: Kit): Wanted[] {
  const account = bytesOf(kit.account, account_bytes);
  return outputs.flatMap((output, number) => [
    ...secret(`PRF output ${number + 1}`, output),
    ...secret(`the method secret of PRF output ${number + 1}`, derived(output, Buffer.concat([Buffer.from("lifeos/prf/1"), account]))),
  ]);
}

/** By what the box finds a kit's sealed key. It is no secret, and stands at the box: the control of what is derived here. */
export function lookupOf(kit: Kit): Wanted[] {
  return secret("the kit's lookup id", derived(bytesOf(kit.code, kit_bytes), "lifeos/kit-lookup/1").subarray(0, lookup_bytes));
}

function derived(from: Buffer, info: string | Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", from, Buffer.alloc(0), info, 32));
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first bytes of a line that is printed in Crockford's base 32. */
function bytesOf(line: string, count: number): Buffer {
  const bits = [...line.replaceAll(" ", "")].map((letter) => crockford.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(Array.from({ length: count }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2)));
}
