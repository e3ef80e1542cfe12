/**
 * Makes a script of what was entered at a prompt.
 *
 * @module
 */

/** A line that was entered. */
export interface RecordedLine {
  /** Its text. */
  readonly text: string;
  /** Whether its result is what came of a process: a script prints the output alone. */
  readonly output: boolean;
}

/** What a script is made of. */
export interface Recording {
  /** The lines, as they were entered, without those that failed. */
  readonly lines: readonly RecordedLine[];
  /** The namespace that the prompt began in. */
  readonly namespace: string;
  /** The collections of a namespace that have names at the prompt: `images` and so on. */
  readonly collections: readonly string[];
  /** What `connect()` is given, as code. */
  readonly connect: string;
  /** What the SDK is imported from. */
  readonly sdk: string;
  /** What runs scripts: `deno run -A`. */
  readonly run: string;
  /** The real name behind `containers.byName.web` or `images.byName.web`. */
  nameOf(kind: "containers" | "images", identifier: string): string | undefined;
}

/** The prompt's own functions, as code of a script. */
const HELPERS: Readonly<Record<string, string>> = {
  run: `const run = (image: Image | string, ...command: string[]): RunBuilder =>
  command.length === 0 ? ns.run(image) : ns.run(image).command(...command);`,
  container: "const container = (name?: string): ContainerBuilder => ns.container(name);",
  build: "const build = (base: Image | string): ImageBuilder => ns.build(base);",
  events: `const events: Namespace["events"] = (options) => ns.events(options);`,
  sh: `const sh = (target: Image | RunningContainer | string): typeof $ => {
  place = target;
  return $;
};`,
  $: `const $ = (strings: TemplateStringsArray, ...values: (string | number | boolean)[]) =>
  (place instanceof RunningContainer ? place.exec() : ns.run(place)).sh(strings, ...values);`,
};

/** What the helpers import, besides `connect`. */
const TYPES = ["ContainerBuilder", "Image", "ImageBuilder", "Namespace", "RunBuilder"];

/** Lines that only make sense at a prompt. */
const PROMPT_ONLY = /^(help|save|exit|cli)\b|^await (cli|watch|top)\b|^[\w$]+(\.[\w$]+)*$/;

/** What only a prompt knows. */
const RESULTS = /(?<![\w$.])(last|took|_|_error)(?![\w$:])|\.byName\b/;

/** What one types into has nobody to type in a script. */
const TERMINAL = /\.interactive\(/;

const STATEMENT =
  /^(const|let|var|using|await using|function|async function|class|for|while|do|if|switch|try|throw|import|export|type|interface|enum)\b|^[{/]|^[\w$.[\]"']+\s*[-+*/|&?]*=(?![=>])/;

/** A line of several statements. */
const SEVERAL = /;\s*\S/;

const DECLARATION = /^(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?![=>])/;

/** A script. */
export interface Script {
  /** Its text, not formatted. */
  readonly code: string;
  /** How many of the lines are in it. */
  readonly lines: number;
}

/** Makes the script; lines that are for a prompt only are left out. */
export function scriptOf(recording: Recording): Script {
  const { namespace, connect, sdk } = recording;
  const kept = recording.lines
    .map(({ text, output }) => ({ text: text.trim().replace(/;+$/, ""), output }))
    .filter(({ text }) => text !== "" && !PROMPT_ONLY.test(text))
    .map(({ text, output }) => ({ text: withNames(text, recording), output }));
  const used = (name: string) => kept.some(({ text }) => mentions(text, name));
  const moves = used("use");
  const collections = recording.collections.filter(used);
  const helpers = Object.keys(HELPERS).filter((name) => used(name) || (name === "$" && used("sh")));
  const shell = helpers.includes("$");

  const code: string[] = [`${moves ? "let" : "const"} ns = davit.namespace(${quote(namespace)});`];
  if (collections.length > 0) {
    code.push(`${moves ? "let" : "const"} { ${collections.join(", ")} } = ns;`);
  }
  if (moves) {
    const again = collections.length > 0 ? `({ ${collections.join(", ")} } = ns);` : "";
    code.push(`const use = (name: string): Namespace => {
  ns = davit.namespace(name);
  ${again}
  return ns;
};`);
  }
  if (shell) code.push("let place: Image | RunningContainer | string;");
  // `sh` is written with `$`.
  for (const name of helpers.toReversed()) code.push(HELPERS[name]!);
  code.push("", ...statements(kept));

  const text = code.join("\n");
  const types = TYPES.filter((name) => mentions(text, name)).map((name) => `type ${name}`);
  const values = ["connect", ...shell ? ["RunningContainer"] : []];
  const whole = [
    `import { ${[...values, ...types].join(", ")} } from ${quote(sdk)};`,
    "",
    `await using davit = await connect(${connect});`,
    text,
    "",
  ];
  return { code: whole.join("\n"), lines: kept.length };
}

const quote = (text: string): string => JSON.stringify(text);

const mentions = (code: string, name: string): boolean =>
  new RegExp(`(?<![\\w$.])${name.replace("$", "\\$")}(?![\\w$])`).test(code);

/** What only containers that run can do. */
const RUNNING = /^\.(exec|kill|stop|wait|pause|pids|stats|top|metrics|checkpoint|until|debug)$/;

/** Completed names as what they stand for. */
function withNames(line: string, { nameOf }: Recording): string {
  return line.replace(
    /\b(containers|images)\.byName\.([\w$]+)((?:\.\w+)?)/g,
    (text, kind: "containers" | "images", identifier: string, member: string) => {
      const name = nameOf(kind, identifier);
      if (name === undefined) return text;
      const find = kind === "containers" && RUNNING.test(member) ? "running" : "get";
      return `(await ${kind}.${find}(${quote(name)}))${member}`;
    },
  );
}

/** The lines as statements: what a prompt prints, a script prints by `console.log`. */
function statements(lines: readonly RecordedLine[]): string[] {
  const counts = new Map<string, number>();
  for (const { text } of lines) {
    const name = DECLARATION.exec(text)?.[1];
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const declared = new Set<string>();
  return lines.map(({ text: line, output }) => {
    if (RESULTS.test(line)) {
      return `// Left out, since only a prompt knows it: ${line.replaceAll("\n", " ")}`;
    }
    if (TERMINAL.test(line)) {
      return `// Left out, since it takes the terminal: ${line.replaceAll("\n", " ")}`;
    }
    const name = DECLARATION.exec(line)?.[1];
    if (name && counts.get(name)! > 1) {
      // A prompt lets names be declared again.
      const again = declared.has(name);
      declared.add(name);
      return `${line.replace(/^(const|let|var)\s+/, again ? "" : "let ")};`;
    }
    if (STATEMENT.test(line) || SEVERAL.test(line)) return `${line};`;
    return `console.log(${output ? `(${line}).stdout.trimEnd()` : line});`;
  });
}
