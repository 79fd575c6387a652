import { afterEach, expect, it, vi } from "vitest";
import { invitation, takeInvitation } from "./invitation";

afterEach(() => {
  invitation.drop();
  history.replaceState(null, "", "/");
});

it("an invitation is taken out of the address, which is the only place that had it", () => {
  history.replaceState(null, "", "/#join/aa/bb");
  takeInvitation();
  expect(invitation.link()).toBe("#join/aa/bb");
  expect(location.href).not.toContain("join");
});

it("a link that is opened where the page is already is heard", () => {
  takeInvitation();
  const heard = vi.fn();
  const end = invitation.subscribe(heard);
  history.replaceState(null, "", "/#join/cc/dd");
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  expect(heard).toHaveBeenCalled();
  expect(invitation.link()).toBe("#join/cc/dd");
  end();
});

it("another link does not disturb an account that is being made", () => {
  history.replaceState(null, "", "/#join/aa/bb");
  takeInvitation();
  invitation.begin();
  history.replaceState(null, "", "/#join/cc/dd");
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  expect(invitation.link()).toBe("#join/aa/bb");
  expect(location.hash).toBe("");
});

it("once an invitation is over, another one that is opened is heard", () => {
  history.replaceState(null, "", "/#join/aa/bb");
  takeInvitation();
  invitation.begin();
  invitation.over();
  history.replaceState(null, "", "/#join/cc/dd");
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  expect(invitation.link()).toBe("#join/cc/dd");
  expect(invitation.isBegun()).toBe(true);
});

it("other fragments stay where they are", () => {
  history.replaceState(null, "", "/approve#a=1");
  takeInvitation();
  expect(invitation.link()).toBeNull();
  expect(location.hash).toBe("#a=1");
});
