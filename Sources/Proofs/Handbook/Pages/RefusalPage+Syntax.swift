import HandlerLanguage

/// `ZT1xx`: what is not the language's syntax.
extension RefusalPage {
  static let syntax: [DiagnosticCode: RefusalPage] = [
    .invalidUTF8: RefusalPage(
      "a file that is not UTF-8",
      """
      Sources are UTF-8. A byte that is not cannot be shown, hashed and packed as the same text, so \
      the file is refused as a whole. Save it again as UTF-8; most editors name the encoding in the \
      status line.
      """, refused: nil, instead: "const greeting = \"Grüße\";"),
    .unexpectedCharacter: RefusalPage(
      "a character that starts nothing",
      """
      Outside of strings and comments only JavaScript's own characters can stand. Often it was \
      copied from a text: curly quotes, a long dash, an invisible control character.
      """, refused: "const price = 3 § 2;", instead: "const price = 3 * 2;"),
    .unterminatedString: RefusalPage(
      "a string that does not end",
      "A string in quotes ends on its line. A text over several lines is a template in backticks.",
      refused: "const text = \"one\ntwo\";", instead: "const text = `one\ntwo`;"),
    .unterminatedTemplate: RefusalPage(
      "a template that does not end",
      "A template ends with the backtick that it starts with. A backtick in it is written \\`.",
      refused: "const text = `one ${1}", instead: "const text = `one ${1}`;"),
    .unterminatedComment: RefusalPage(
      "a comment that does not end", "A comment that starts with `/*` ends with `*/`.",
      refused: "const a = 1; /* the first", instead: "const a = 1; /* the first */"),
    .invalidEscape: RefusalPage(
      "an escape that there is not",
      """
      Escapes are those of JavaScript's modules: `\\xHH` with two hexadecimal digits, `\\uHHHH` with \
      four, `\\u{H…}` up to 10FFFF. Octal ones such as `\\01` mean different things in different \
      hosts.
      """, refused: #"const tab = "\09";"#,
      instead: #"const tab = "\t", zero = "\0", dot = "\x2e";"#),
    .invalidNumber: RefusalPage(
      "a number that is malformed",
      """
      Numbers are written as JavaScript's modules write them: `_` between two digits, `0x`, `0o` and \
      `0b` in front, no leading zero. A name cannot follow without a space.
      """, refused: "const mode = 0755;", instead: "const mode = 0o755, million = 1_000_000;"),
    .unexpectedToken: RefusalPage(
      "something that does not fit here",
      """
      The parser expected something else in this place; the message names both. What is missing often \
      stands a line above: a comma, a closing bracket, an operator.
      """, refused: "const sizes = [1 2];", instead: "const sizes = [1, 2];"),
    .nestedTooDeeply: RefusalPage(
      "code that is nested too deeply",
      """
      Parser, prover and runtime walk the code as it is nested, each on a stack that has an end, so \
      there is a bound that all of them keep. Give the inner parts names of their own.
      """,
      refused: "const a = " + String(repeating: "[", count: 200)
        + String(repeating: "]", count: 200),
      instead: "const inner = [1, [2, [3]]];\nconst outer = [inner, [inner]];"),
    .invalidAssignmentTarget: RefusalPage(
      "something that cannot be assigned to",
      """
      What stands left of `=` is a variable, a field or an element. A call or an optional chain is \
      none.
      """,
      refused: "const o = { a: 1 };\no?.a = 2;",
      instead: "const o = { a: 1 };\nif (o !== undefined) o.a = 2;"),
    .ambiguousOperators: RefusalPage(
      "operators that need parentheses",
      """
      `??` beside `&&` or `||`, and `**` behind a prefix operator, can be read in two ways; JavaScript \
      refuses them as well. Parentheses say which is meant.
      """, refused: "const f = (a, b) => -a ** b;",
      instead: "const f = (a, b) => -(a ** b);\nconst g = (a, b) => (a ?? b) || 1;"),
    .mismatchedTag: RefusalPage(
      "tags that do not match",
      "Every element is closed by its own tag, or closes itself with `/>`.",
      refused: "@ handler.tsx\nconst line = <p>one</q>;",
      instead: "@ handler.tsx\nconst line = <p>one<br /></p>;"),
    .markupOutsideMarkupFile: RefusalPage(
      "markup, or an old type assertion, in a file without markup",
      """
      `<` starts an element in .tsx and .jsx files and nothing in .ts and .js files. Rename the file to \
      write markup. A type assertion is written with `as`.
      """, refused: "const size = <number>1;", instead: "const size = 1 as number;"),
    .markupText: RefusalPage(
      "a character that must be quoted in markup",
      """
      `>` and `}` in the text of an element are mostly forgotten tags or braces; a text that means \
      them says so.
      """,
      refused: "@ handler.tsx\nconst arrow = <p>a -> b</p>;",
      instead: "@ handler.tsx\nconst arrow = <p>a -{\">\"} b</p>;"),
    .misplacedStatement: RefusalPage(
      "a statement in the wrong place",
      """
      `return` stands in a function, `break` in a loop or `switch`, `continue` in a loop, `import` and \
      `export` at the top level, and a declaration in a block of its own.
      """, refused: "function f(x) {\n  if (x) const y = x;\n}",
      instead: "function f(x) {\n  if (x) {\n    const y = x;\n    return y;\n  }\n}"),
    .reservedWord: RefusalPage(
      "a reserved word as a name",
      """
      Words of JavaScript cannot name a variable; they can name a field. `undefined`, `let` and \
      `assert` cannot be declared either.
      """,
      refused: "const { class } = { class: \"a\" };",
      instead: "const { class: name } = { class: \"a\" };"),
    .missingInitializer: RefusalPage(
      "a constant without a value",
      "A `const`, and whatever is taken apart, has its value from the start.",
      refused: "const size;", instead: "const size = 1;\nlet later;"),
    .arrowInPipeline: RefusalPage(
      "an arrow function in a `|>` without parentheses",
      """
      `|>` binds looser than anything in an arrow function's body, so where the function ends \
      could not be seen.
      """,
      refused: "const n = 1 |> (x) => x + 1 |> String;",
      instead: "const n = 1 |> ((x) => x + 1) |> String;"),
  ]
}
