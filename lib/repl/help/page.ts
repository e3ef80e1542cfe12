/**
 * Pages of help.
 *
 * @module
 */
import type { Canvas } from "../ink.ts";
import { pad, textWidth, wrap } from "../width.ts";
import {
  type DocComment,
  type DocMember,
  type DocSymbol,
  firstSentence,
  membersOf,
  plainText,
} from "./docs.ts";
import { functionOf, memberText, paramName, paramType, typeText } from "./signature.ts";

/** Names with a text each, in two columns; below each other where there is no room. */
export function drawPairs(
  pairs: readonly (readonly [name: string, text: string])[],
  { width, ink }: Canvas,
): string[] {
  const widest = pairs.reduce((most, [name]) => Math.max(most, textWidth(name)), 0);
  const column = Math.min(widest, Math.max(12, Math.floor(width / 3)));
  const room = Math.max(16, width - column - 4);
  return pairs.flatMap(([name, text]) => {
    const lines = wrap(text, room);
    const fits = textWidth(name) <= column;
    const first = `  ${ink.cyan(name)}${fits ? pad("", column - textWidth(name)) : ""}`;
    const rest = (line: string) => `  ${pad("", column)}  ${line}`;
    if (fits) return [`${first}  ${lines[0]}`.trimEnd(), ...lines.slice(1).map(rest)];
    return [first, ...lines.map(rest)];
  });
}

/** The page of a class or an interface: what it is, and what it has. */
export function drawSymbol(symbol: DocSymbol, on: Canvas): string {
  const members = membersOf(symbol);
  const pairs = members.map((member) => {
    const own = functionOf(member);
    const params = own?.params?.map(paramName).join(", ");
    return [
      own ? `${member.name}(${params})` : member.name,
      firstSentence(member.jsDoc),
    ] as const;
  });
  const comments = symbol.declarations.flatMap(({ jsDoc }) => jsDoc ?? []);
  const lines = [on.ink.bold(symbol.name)];
  for (const comment of comments) lines.push(...drawComment(comment, on));
  if (pairs.length > 0) lines.push("", ...drawPairs(pairs, on));
  return lines.join("\n");
}

/** The page of a method: how it is called, what it does, what goes in. */
export function drawMember(
  member: DocMember,
  on: Canvas,
  lookUp: (type: string) => DocSymbol | undefined,
): string {
  const lines = wrap(memberText(member), on.width, "  ").map((line) => on.ink.bold(line));
  if (member.jsDoc) lines.push(...drawComment(member.jsDoc, on));
  for (const param of functionOf(member)?.params ?? []) {
    const type = typeText(paramType(param));
    const fields = membersOfType(lookUp(type));
    if (fields.length === 0) continue;
    lines.push("", on.ink.dim(`${paramName(param)}: ${type}`));
    lines.push(
      ...drawPairs(
        fields.map((field) => [
          `${field.name}${field.optional ? "?" : ""}`,
          firstSentence(field.jsDoc),
        ]),
        on,
      ),
    );
  }
  return lines.join("\n");
}

function membersOfType(symbol: DocSymbol | undefined): DocMember[] {
  return symbol?.declarations.some(({ kind }) => kind === "interface") ? membersOf(symbol) : [];
}

/** A comment: its text, and what its tags say. */
function drawComment(comment: DocComment, on: Canvas): string[] {
  const { ink, width } = on;
  const lines: string[] = [];
  for (const paragraph of plainText(comment.doc ?? "").split("\n\n")) {
    if (paragraph === "") continue;
    lines.push("");
    if (/^ *[-*\d]/.test(paragraph)) {
      for (const item of paragraph.split(/\n(?= *[-*\d])/)) {
        lines.push(...wrap(item.replace(/\s*\n\s*/g, " "), width - 2, "  ").map((l) => `  ${l}`));
      }
    } else {
      lines.push(...wrap(paragraph.replaceAll("\n", " "), width - 2).map((line) => `  ${line}`));
    }
  }
  const tags = comment.tags ?? [];
  const text = (of: string | undefined) => plainText(of ?? "").replaceAll("\n", " ");
  const pairs = tags.flatMap(({ kind, name, doc, tsType }) => {
    if (kind === "param") return [[name ?? "", text(doc)] as const];
    if (kind === "return") return [["returns", text(doc)] as const];
    return kind === "throws" ? [[`throws ${typeText(tsType)}`, text(doc)] as const] : [];
  });
  if (pairs.length > 0) lines.push("", ...drawPairs(pairs, on));
  for (const { kind, doc } of tags) {
    if (kind !== "example" || !doc) continue;
    const code = doc.replace(/^[\s\S]*?```\w*\n|\n?```[\s\S]*$/g, "").split("\n");
    lines.push("", ...code.map((line) => ink.dim(`  ${line}`)));
  }
  return lines;
}
