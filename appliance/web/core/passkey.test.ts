import { expect, it } from "vitest";
import { base64url, bytes, withoutPrf } from "./passkey";

it("the secret of a passkey is not in what travels", () => {
  const json = { id: "abc", type: "public-key", response: { signature: "s" }, clientExtensionResults: { credProps: { rk: true }, prf: { enabled: true, results: { first: "c2VjcmV0" } } } };
  const text = withoutPrf(json);
  expect(text).not.toContain("c2VjcmV0");
  expect(text).not.toContain("prf");
  expect(JSON.parse(text)).toEqual({ id: "abc", type: "public-key", response: { signature: "s" }, clientExtensionResults: { credProps: { rk: true } } });
});

it("base64url goes there and back", () => {
  const value = Uint8Array.from({ length: 64 }, (_, at) => (at * 37) % 256);
  expect(bytes(base64url(value))).toEqual(value);
  expect(base64url(value)).not.toMatch(/[+/=]/);
});
