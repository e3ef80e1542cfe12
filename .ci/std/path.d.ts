// The parts of jsr:@std/path that this project uses, with the published signatures.
export interface GlobOptions {
  extended?: boolean;
  globstar?: boolean;
  caseInsensitive?: boolean;
}
export function globToRegExp(glob: string, options?: GlobOptions): RegExp;
