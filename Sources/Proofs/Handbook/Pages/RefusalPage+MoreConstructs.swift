import HandlerLanguage

/// `ZT227` and on.
extension RefusalPage {
  static let moreConstructs: [DiagnosticCode: RefusalPage] = [
    .commaOperator: RefusalPage(
      "the comma operator", "It drops a value without a word. Write two statements.",
      refused: "function f(a) {\n  return (a.n = 1, a);\n}",
      instead: "function f(a) {\n  a.n = 1;\n  return a;\n}"),
    .destructuringAssignment: RefusalPage(
      "taking apart into what is already there",
      """
      `[a, b] = [b, a]` reads like a declaration and is several assignments in one. Declare new \
      names, or assign one by one.
      """,
      refused: "function f(a, b) {\n  [a, b] = [b, a];\n  return a - b;\n}",
      instead: """
        function f(a, b) {
          const [first, second] = [b, a];
          return first - second;
        }
        """),
    .hole: RefusalPage(
      "a missing element", "Arrays are dense: every place has a value. `undefined` is one.",
      refused: "const list = [1, , 2];", instead: "const list = [1, undefined, 2];"),
    .instanceOf: RefusalPage(
      "`instanceof`",
      "There are no classes. `typeof`, `Array.isArray` and a field of your own tell kinds apart.",
      refused: "const f = (x, Cart) => x instanceof Cart;",
      instead:
        "const isCart = (x) => x?.kind === \"cart\";\nconst isList = (x) => Array.isArray(x);"),
    .taggedTemplate: RefusalPage(
      "tagged templates", "A function is called with parentheses.",
      refused: "const tag = (s) => s;\nconst a = tag`one`;",
      instead: "const tag = (s) => s;\nconst a = tag(`one`);"),
    .bigInteger: RefusalPage(
      "big integers",
      """
      Numbers are doubles, exact up to 2 ** 53. A large identifier is no number to calculate with: \
      keep it as a string.
      """,
      refused: "const id = 9007199254740993n;", instead: "const id = \"9007199254740993\";"),
    .debugger: RefusalPage(
      "`debugger`", "A deployed handler has no debugger. `console.log` writes to the log.",
      refused: "function f() { debugger; }", instead: "function f(x) { console.log(\"f\", x); }"),
    .fallThrough: RefusalPage(
      "a case that runs on into the next one",
      "Mostly it is a forgotten `break`. Cases that share their code stand side by side.",
      refused:
        """
        function f(x) {
          switch (x) {
            case 1: console.log("one");
            case 2: return "two";
          }
        }
        """,
      instead:
        """
        function f(x) {
          switch (x) {
            case 1:
            case 2: return "few";
            default: return "many";
          }
        }
        """
    ),
    .undeclaredLoopVariable: RefusalPage(
      "a loop that does not declare its variable",
      "Each turn has a variable of its own, so that functions made in a turn keep theirs.",
      refused: "function f(list) {\n  let item;\n  for (item of list) console.log(item);\n}",
      instead: "function f(list) {\n  for (const item of list) console.log(item);\n}"),
    .matchPattern: RefusalPage(
      "a pattern that there is not",
      """
      A pattern is a literal, `_`, or the shape of an object whose fields are literals, shapes or names to \
      bind. A bare name would compare with nothing, and look as if it did; `|`, arrays and `if` are \
      written out.
      """, refused: "const size = (n) => match (n) { when 1 | 2: \"few\" default: \"many\" };",
      instead:
        """
        const size = (n) => match (n) { when 1: "few" when 2: "few" default: "many" };
        const name = (user) => match (user) { when { name: n }: n default: "nobody" };
        """
    ),
    .prototypeKey: RefusalPage(
      "`__proto__` as a key",
      "It would set a prototype, which objects do not have: nothing can be put under them.",
      refused: "const o = { __proto__: {} };",
      instead: "const base = { a: 1 };\nconst o = { ...base, b: 2 };"),
    .identifierEscape: RefusalPage(
      "an escape in a name", "One name is written in one way, so that it can be searched for.",
      refused: "const caf\\u00e9 = 1;", instead: "const café = 1;"),
    .importAttributes: RefusalPage(
      "import attributes",
      "Only files of code are imported. Write data as a constant in a .ts file.",
      refused:
        """
        import { data } from "./data.ts" with { type: "json" };
        @ data.ts
        export const data = 1;
        """,
      instead: "import { data } from \"./data\";\n@ data.ts\nexport const data = { a: 1 };"),
    .privateName: RefusalPage(
      "private names",
      "There are no classes. What a function keeps to itself is a variable in a closure.",
      refused: "const f = (o) => o.#size;",
      instead:
        """
        const counter = () => {
          let n = 0;
          return () => {
            n += 1;
            return n;
          };
        };
        """
    ),
    .evaluation: RefusalPage(
      "`eval` and `Function`",
      """
      Code that comes while it runs cannot be proven before. A table of functions chooses among \
      what is there.
      """,
      refused: "const f = (code) => eval(code);",
      instead:
        """
        const operations = { add: (a, b) => a + b };
        const f = (name, a, b) => operations[name]?.(a, b);
        """
    ),
    .argumentsObject: RefusalPage(
      "`arguments`", "A rest parameter is an array, and stands in the function's head.",
      refused: "function f() { return arguments.length; }",
      instead: "function f(...values) { return values.length; }"),
    .require: RefusalPage(
      "`require`", "Files are imported by name at the top.",
      refused: "const lib = require(\"./lib\");",
      instead:
        "import { one } from \"./lib\";\nconst two = one + 1;\n@ lib.ts\nexport const one = 1;"),
    .promise: RefusalPage(
      "`Promise`",
      """
      Calls give their results directly, so there is nothing to wait for. Several calls at the \
      same time: `parallel` from "zigttp:io".
      """,
      refused: "const f = () => Promise.resolve(1);", instead: "const f = () => 1;"),
    .matchArms: RefusalPage(
      "arms in the wrong order", "`default` matches what is left, so it is one, and the last.",
      refused: "const f = (n) => match (n) { default: 0 when 1: 2 };",
      instead: "const f = (n) => match (n) { when 1: 2 default: 0 };"),
    .emptyMatch: RefusalPage(
      "a match without an arm",
      """
      It is allowed, and always `undefined`: probably its arms are still to be written. This is a \
      warning.
      """,
      refused: "const f = (n) => match (n) {};",
      instead: "const f = (n) => match (n) { default: undefined };"),
  ]
}
