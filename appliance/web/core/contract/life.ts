export type * from "../generated/life";
