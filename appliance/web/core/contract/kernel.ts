export type * from "../generated/kernel";
