// The parts of jsr:@std/toml that this project uses, with the published signatures.
export interface StringifyOptions {
  keyAlignment?: boolean;
}
export function parse(tomlString: string): Record<string, unknown>;
export function stringify(obj: Record<string, unknown>, options?: StringifyOptions): string;
