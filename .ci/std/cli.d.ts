// The parts of jsr:@std/cli that this project uses, with the published signatures narrowed to
// arrays of names (the published ones also take single names and nested ones).
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
> {
  boolean?: readonly B[];
  string?: readonly S[];
  collect?: readonly C[];
  default?: Record<string, unknown>;
  alias?: Record<string, string | string[]>;
  negatable?: readonly string[];
  stopEarly?: boolean;
  "--"?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export type Args<B extends string, S extends string, C extends string> =
  & { [K in B]: boolean }
  & { [K in Exclude<S, C>]?: string }
  & { [K in C]: string[] }
  & { _: Array<string | number>; "--"?: string[] };
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
>(args: readonly string[], options?: ParseOptions<B, S, C>): Args<B, S, C>;
