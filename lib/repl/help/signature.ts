/**
 * Types and signatures as they are written.
 *
 * @module
 */
import type { DocFunction, DocMember, DocParam, DocType } from "./docs.ts";

/** What stands for a type that has no short form. */
const UNKNOWN = "…";

/** A type as it is written; parts that are rarely of interest as `…`. */
export function typeText(type: DocType | undefined): string {
  if (!type) return UNKNOWN;
  const { kind, repr, value } = type;
  const parts = (of: unknown): string[] => Array.isArray(of) ? of.map((one) => typeText(one)) : [];
  const field = (name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  switch (kind) {
    case "union":
      return parts(value).join(" | ");
    case "intersection":
      return parts(value).join(" & ");
    case "array":
      return /[ |&]/.test(typeText(asType(value)))
        ? `(${typeText(asType(value))})[]`
        : `${typeText(asType(value))}[]`;
    case "tuple":
      return `[${parts(value).join(", ")}]`;
    case "parenthesized":
      return `(${typeText(asType(value))})`;
    case "typeOperator":
      return `${field("operator")} ${typeText(asType(field("tsType")))}`;
    case "typeRef": {
      const given = parts(field("typeParams"));
      return `${field("typeName")}${given.length > 0 ? `<${given.join(", ")}>` : ""}`;
    }
    case "typeLiteral": {
      const properties = field("properties");
      if (!Array.isArray(properties)) return "{ … }";
      return `{ ${properties.map((member: DocMember) => memberText(member)).join("; ")} }`;
    }
    case "fnOrConstructor":
      return `(${paramsText(asParams(field("params")))}) => ${typeText(asType(field("tsType")))}`;
    case "literal":
    case "keyword":
      return repr ?? UNKNOWN;
    default:
      return repr || UNKNOWN;
  }
}

const asType = (value: unknown): DocType | undefined =>
  typeof value === "object" && value !== null && "kind" in value ? value as DocType : undefined;

const asParams = (value: unknown): readonly DocParam[] => Array.isArray(value) ? value : [];

/** A parameter's name. */
export function paramName(param: DocParam): string {
  return param.left?.name ?? param.arg?.name ?? param.name ?? "options";
}

/** A parameter's type. */
export function paramType(param: DocParam): DocType | undefined {
  return param.left?.tsType ?? param.tsType ?? param.arg?.tsType;
}

function paramsText(params: readonly DocParam[]): string {
  return params.map((param) => {
    const optional = param.kind === "assign" || param.optional ? "?" : "";
    const rest = param.kind === "rest" ? "..." : "";
    return `${rest}${paramName(param)}${optional}: ${typeText(paramType(param))}`;
  }).join(", ");
}

/** A method or a property with its types. */
export function memberText(member: DocMember): string {
  const { name, optional, kind, tsType } = member;
  const mark = optional ? "?" : "";
  const own: DocFunction = member.functionDef ?? member;
  if (!own.params || kind === "getter") {
    return `${name}${mark}: ${typeText(tsType ?? own.returnType)}`;
  }
  return `${name}${mark}(${paramsText(own.params)}): ${typeText(own.returnType)}`;
}

/** The function of a member, if it is one. */
export function functionOf(member: DocMember): DocFunction | undefined {
  const own: DocFunction = member.functionDef ?? member;
  return own.params && member.kind !== "getter" ? own : undefined;
}
