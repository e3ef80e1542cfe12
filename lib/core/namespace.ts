export * from "../client/namespace.ts";
