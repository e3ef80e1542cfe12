import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { expandText, expandWord, splitWords } from "./expand.ts";
import { parseDockerfile } from "./instructions.ts";

Deno.test("parseDockerfile() reads directives, comments, continued lines, flags and documents", () => {
  const text = `# syntax=docker/dockerfile:1
# escape=\`
# a comment
FROM --platform=linux/amd64 debian AS base

run --mount=type=cache,target="/a b" --network=none echo one \`
  # in between

  two
RUN <<EOF cat > /x && cat <<-'TWO' > /y
first
EOF
\tsecond $X
\tTWO
COPY <<"a.txt" /to/
text
a.txt
RUN echo "<<no" '<<none' <<<here
CMD ["a", "b"]
`;
  const { instructions, escape } = parseDockerfile(text, "Dockerfile");
  assertEquals(escape, "`");
  assertEquals(
    instructions.map(({ keyword, flags, rest, line }) => [line, keyword, flags, rest]),
    [
      [4, "FROM", [["platform", "linux/amd64"]], "debian AS base"],
      [6, "RUN", [["mount", 'type=cache,target="/a b"'], ["network", "none"]], "echo one   two"],
      [10, "RUN", [], "<<EOF cat > /x && cat <<-'TWO' > /y"],
      [15, "COPY", [], '<<"a.txt" /to/'],
      [18, "RUN", [], "echo \"<<no\" '<<none' <<<here"],
      [19, "CMD", [], '["a", "b"]'],
    ],
  );
  assertEquals(instructions[2]!.documents, [
    { name: "EOF", expand: true, content: "first\n" },
    { name: "TWO", expand: false, content: "second $X\n" },
  ]);
  assertEquals(instructions[3]!.documents, [{ name: "a.txt", expand: false, content: "text\n" }]);
});

Deno.test("parseDockerfile() says on which line it is wrong", () => {
  const cases: [text: string, why: string][] = [
    ["FROM a\n\nFETCH b", 'Cannot build D:3: there is no instruction "FETCH"'],
    ["FROM a\nRUN", "Cannot build D:2: RUN needs more words"],
    ["FROM a\nRUN <<X\nb", 'Cannot build D:2: the here-document "X" has no end'],
    ["# escape=x\nFROM a", "Cannot build D:1: escape=x"],
    ["# escape=`\n# escape=`\n", 'Cannot build D:2: the directive "escape" comes twice'],
  ];
  for (const [text, why] of cases) {
    assertThrows(() => parseDockerfile(text, "D"), InvalidArgumentError, why);
  }
});

Deno.test("expandWord() expands variables as Docker does", () => {
  const variables = new Map([["A", "one"], ["E", ""], ["P", "a.tar.gz"], ["D", "/x/y/z"]]);
  const options = { variables, escape: "\\" };
  const cases: [word: string, expected: string][] = [
    ["$A-${A}", "one-one"],
    ["$NO|${NO}", "|"],
    ["'$A' \"$A\" \\$A", "$A one $A"],
    ["${NO:-two} ${E:-two} ${E-two} ${A:-two}", "two two  one"],
    ["${A:+yes}${E:+yes}${E+set}", "yesset"],
    ["${NO:-$A}${NO:-${A}}", "oneone"],
    ["${P%.*} ${P%%.*} ${P#*.} ${P##*.}", "a.tar a tar.gz gz"],
    ["${D/y/b} ${D//\\//-}", "/x/b/z -x-y-z"],
    ['"a \\"b\\" \\c"', 'a "b" \\c'],
    ["$ $- a$", "$ $- a$"],
  ];
  for (const [word, expected] of cases) assertEquals(expandWord(word, options), expected, word);
  assertEquals(expandText("\"$A\" '$A' \\$A \\n", options), "\"one\" 'one' $A \\n");
  for (const bad of ["'a", '"a', "${A", "${NO:?is needed}", "${}"]) {
    assertThrows(() => expandWord(bad, options), SyntaxError);
  }
  assertEquals(splitWords("a 'b c' d\\ e \"f g\"h", "\\"), ["a", "'b c'", "d\\ e", '"f g"h']);
});
