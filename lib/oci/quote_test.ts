import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { shellQuote, shTemplate } from "./quote.ts";

Deno.test("shellQuote() makes one word of anything", () => {
  assertEquals(shellQuote("it's"), "'it'\\''s'");
  assertEquals(shellQuote(""), "''");
  assertEquals(shellQuote(3), "'3'");
  assertEquals(shellQuote('$(x) `y` \\ " \n'), "'$(x) `y` \\ \" \n'");
  assertThrows(() => shellQuote("a\0b"), InvalidArgumentError, "NUL");
  assertThrows(() => shellQuote({} as string), InvalidArgumentError, "Cannot quote object");
});

Deno.test("shTemplate() quotes every value and makes several words of a list", () => {
  const name = "it's; rm -rf /";
  assertEquals(shTemplate`echo ${name} > /tmp/x`, "echo 'it'\\''s; rm -rf /' > /tmp/x");
  assertEquals(shTemplate`ls ${["a b", 2]} --x=${true}`, "ls 'a b' '2' --x='true'");
  assertEquals(shTemplate`ls ${[]} -l`, "ls  -l");
  assertEquals(
    shTemplate`echo \${HOME} "$(cat ${"f"})" 'q' "d" # c
echo ${1}`,
    `echo \${HOME} "$(cat 'f')" 'q' "d" # c\necho '1'`,
  );
});

Deno.test("shTemplate() takes values in all other places", () => {
  const v = "a b";
  const q = "'a b'";
  assertEquals(shTemplate`x 2>&1 | y ${v}`, `x 2>&1 | y ${q}`);
  assertEquals(shTemplate`i=$((i + 1)); x ${v}`, `i=$((i + 1)); x ${q}`);
  assertEquals(shTemplate`if [ -e ${v} ]; then (x ${v}); fi`, `if [ -e ${q} ]; then (x ${q}); fi`);
  assertEquals(shTemplate`case ${v} in a) x ${v};; esac`, `case ${q} in a) x ${q};; esac`);
  assertEquals(shTemplate`ls *.[ch] f[0-9] ${v}/x`, `ls *.[ch] f[0-9] ${q}/x`);
  assertEquals(shTemplate`x=${v} y > ${v} && z \\" ${v}`, `x=${q} y > ${q} && z \\" ${q}`);
});

Deno.test("shTemplate() refuses places where quoting would not hold", () => {
  const v = "x";
  const cases: [() => string, string][] = [
    [() => shTemplate`echo "${v}"`, "inside double quotes"],
    [() => shTemplate`echo '${v}'`, "inside single quotes"],
    [() => shTemplate`echo \`${v}\``, "inside backticks"],
    [() => shTemplate`true # ${v}`, "inside a comment"],
    [() => shTemplate`true \\\n# ${v}`, "inside a comment"],
    [() => shTemplate`true ${[]}# ${v}`, "inside a comment"],
    [() => shTemplate`cat <<EOF\n${v}\nEOF`, "here-document"],
    [() => shTemplate`echo $${v}`, 'right after "$"'],
    [() => shTemplate`echo \\${v}`, "right after a backslash"],
    [() => shTemplate`true >& ${v}`, 'right after ">&"'],
    [() => shTemplate`true >&1${v}`, 'right after ">&"'],
    [() => shTemplate`true >&'a'${v}`, 'quotes after ">&"'],
    [() => shTemplate`echo $((${v} + 1))`, "inside ((…))"],
    [() => shTemplate`a[${v}]=1`, "inside name[…]"],
    [() =>
      shTemplate`echo "$\
(echo "${v}")"`, "inside double quotes"],
    [() => shTemplate`echo \${x:-${v}}`, "inside ${…}"],
    [() => shTemplate`echo $'a\\'b' ${v}`, "after $'…'"],
    [() => shTemplate`echo "$(case x in a) echo "${v}";; esac)"`, "after a case"],
    [() => shTemplate`echo "\${x#'"'}" } "${v}"`, "after quotes inside ${…}"],
    [() => shTemplate`$(true)#"\n${v}"`, 'after ")#"'],
  ];
  for (const [build, why] of cases) assertThrows(build, InvalidArgumentError, why);
});

Deno.test("shTemplate() refuses values that are no words", () => {
  for (const bad of [undefined, null, {}, () => 1, ["a", undefined]]) {
    assertThrows(() => shTemplate`echo ${bad as string}`, InvalidArgumentError);
  }
  assertThrows(() => shTemplate`echo ${"a\0"}`, InvalidArgumentError, "NUL");
  assertThrows(() => shTemplate`echo \u ${1}`, InvalidArgumentError, "double the backslash");
});
