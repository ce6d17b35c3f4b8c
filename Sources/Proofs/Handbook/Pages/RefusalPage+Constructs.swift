import HandlerLanguage

/// `ZT2xx`: constructs of JavaScript and TypeScript that the language does not have.
extension RefusalPage {
  static let constructs: [DiagnosticCode: RefusalPage] = [
    .variableKeyword: RefusalPage(
      "`var`",
      """
      A `var` is visible in the whole function, before its line as well. `let` and `const` are \
      what they look like.
      """,
      refused: "var total = 0;", instead: "let total = 0;"),
    .classDeclaration: RefusalPage(
      "classes",
      """
      A request lives for one answer: there is nothing that an object with an identity and hidden state \
      would be good for, and methods that are looked up along prototypes cannot be followed by the \
      prover. Functions over plain objects can.
      """, refused: "class Cart {\n  items = [];\n  total() { return this.items.length; }\n}",
      instead: "const makeCart = () => ({ items: [] });\nconst total = (cart) => cart.items.length;"
    ),
    .thisKeyword: RefusalPage(
      "`this`",
      """
      What `this` is depends on how a function is called. A parameter says what a function works \
      on.
      """,
      refused: "const cart = { n: 1, size() { return this.n; } };",
      instead: "const size = (cart) => cart.n;"),
    .newKeyword: RefusalPage(
      "`new`",
      """
      There are no classes, so there is nothing to make with `new`. A Response is made by \
      `Response.json` and its like, the time by `Date.now()` and "zigttp:time", a map is an object.
      """, refused: "const answer = () => new Response(\"hello\");",
      instead: "const answer = () => Response.text(\"hello\");"),
    .superKeyword: RefusalPage(
      "`super`", "There are no classes. Call the other function by its name.",
      refused: "const o = { f() { return super.f(); } };",
      instead: "const base = () => 1;\nconst f = () => base() + 1;"),
    .whileLoop: RefusalPage(
      "`while` and `do`",
      """
      A loop over a list, or over a `range`, ends. One with a condition may not, and a request that \
      does not end is a fault that nobody can see beforehand. Where the end is not known, give it a \
      bound and `break`.
      """, refused: "function f(n) {\n  while (n > 1) n = n / 2;\n  return n;\n}",
      instead:
        """
        function f(n) {
          for (const step of range(64)) {
            if (n <= 1) break;
            n = n / 2;
          }
          return n;
        }
        """
    ),
    .countingLoop: RefusalPage(
      "the loop with a counter",
      """
      `for (let i = 0; …; …)` is three expressions of which any may change the counter. `range(n)` \
      counts from 0 to n - 1, `range(a, b)` from a to b - 1; `entries()` gives places and items.
      """,
      refused:
        "function f(list) {\n  for (let i = 0; i < list.length; i += 1) console.log(list[i]);\n}",
      instead:
        """
        function f(list) {
          for (const i of range(list.length)) console.log(i);
          for (const [i, item] of list.entries()) console.log(i, item);
        }
        """
    ),
    .forInLoop: RefusalPage(
      "`for…in`",
      """
      It walks along prototypes, which objects here do not have. `Object.keys`, `values` and \
      `entries` say what is meant.
      """,
      refused: "function f(o) {\n  for (const key in o) console.log(key);\n}",
      instead:
        """
        function f(o) {
          for (const [key, value] of Object.entries(o)) console.log(key, value);
        }
        """
    ),
    .tryStatement: RefusalPage(
      "`try`",
      """
      A failure that can be expected is a value: a Result with `ok`, or `undefined`. What is left are \
      faults: mistakes in the program and limits, which end the request with 500 and stand in the log. \
      So every path of an answer can be seen.
      """,
      refused:
        "function f(text) {\n  try { return JSON.parse(text); } catch { return undefined; }\n}",
      instead:
        """
        function f(text) {
          const read = JSON.tryParse(text);
          return read.ok ? read.value : undefined;
        }
        """
    ),
    .throwStatement: RefusalPage(
      "`throw`",
      """
      There is nothing that would catch it. What a client does wrong is answered: return a Response \
      with its status. Where something must hold and does not, `assert` ends the request with 500.
      """,
      refused:
        """
        export const handler = (req) => {
          if (!req.query.id) throw "no id";
          return Response.text(req.query.id);
        };
        """,
      instead:
        """
        export const handler = (req) => {
          if (!req.query.id) return Response.text("no id", { status: 400 });
          return Response.text(req.query.id);
        };
        """),
    .asynchronous: RefusalPage(
      "`async` and `await`",
      """
      Calls give their results directly: `fetch` waits, and other requests are served meanwhile. Leave \
      the words out. Several calls at the same time: `parallel` from "zigttp:io".
      """,
      refused:
        """
        import { fetch } from "zigttp:fetch";
        async function f() {
          const answer = await fetch("https://api.example.com/");
          return answer.json();
        }
        """,
      instead:
        """
        import { fetch } from "zigttp:fetch";
        function f() {
          const answer = fetch("https://api.example.com/");
          return answer.json();
        }
        """
    ),
    .generator: RefusalPage(
      "generators", "A function runs from its start to its end. Make a list and return it.",
      refused: "function* f() { yield 1; }", instead: "const f = () => [1];"),
    .looseEquality: RefusalPage(
      "`==` and `!=`",
      """
      They turn one side into the other's kind first, by rules few can say. `===` and `!==` compare what \
      is there. `x == null` is true of null and of undefined: it becomes both comparisons, or `??` and \
      `?.`, which ask the same.
      """, refused: "const f = (x) => (x == null ? \"none\" : x);",
      instead:
        """
        const f = (x) => (x === null || x === undefined ? "none" : x);
        const g = (x) => x ?? "none";
        const same = (a, b) => a === b;
        """
    ),
    .increment: RefusalPage(
      "`++` and `--`",
      """
      They are a value and a change at once, and which of both comes first is a letter's \
      difference. `+= 1` is a change.
      """,
      refused: "function f(n) {\n  n++;\n  return n;\n}",
      instead: "function f(n) {\n  n += 1;\n  return n;\n}"),
    .deleteOperator: RefusalPage(
      "`delete`",
      """
      What an object has would depend on where one looks. Make an object without the field; under \
      a name that is computed, filter the entries.
      """,
      refused: "function f(user) {\n  delete user.password;\n  return user;\n}",
      instead:
        """
        function f(user) {
          const { password, ...rest } = user;
          return rest;
        }
        const without = (o, key) =>
          Object.fromEntries(Object.entries(o).filter(([name]) => name !== key));
        """
    ),
    .regularExpression: RefusalPage(
      "regular expressions",
      """
      The time that some take grows exponentially with the length of the text, which somebody else \
      sends. The methods of strings say what is looked for: `includes`, `startsWith`, `endsWith`, `split`, `indexOf`, \
      `replaceAll`; a loop over the characters says the rest.
      """, refused: "const isNumber = (text) => /^[0-9]+$/.test(text);",
      instead:
        """
        const digits = "0123456789";
        const isNumber = (text) => text !== "" && [...text].every((c) => digits.includes(c));
        """
    ),
    .accessor: RefusalPage(
      "getters and setters", "Reading a field runs no code, so that what it is can be seen.",
      refused: "const o = { get size() { return 1; } };", instead: "const o = { size: () => 1 };"),
    .withStatement: RefusalPage(
      "`with`", "Which names are fields could only be told while it runs. Name the object.",
      refused: "const point = { x: 1 };\nwith (point) { }",
      instead: "const point = { x: 1 };\nconst { x } = point;\nconst next = () => point.x + x;"),
    .label: RefusalPage(
      "labels", "Put the loops into a function: `return` leaves all of them.",
      refused:
        """
        function f(rows) {
          outer: for (const row of rows) {
            for (const cell of row) if (cell) break outer;
          }
        }
        """,
      instead:
        """
        function f(rows) {
          for (const row of rows) {
            for (const cell of row) if (cell) return cell;
          }
        }
        """
    ),
    .enumeration: RefusalPage(
      "`enum`",
      """
      Types leave nothing behind here, and an `enum` is code. A constant object is the same, and \
      is what it looks like.
      """,
      refused: "enum Color { Red, Green }",
      instead:
        """
        const Color = { red: "red", green: "green" } as const;
        type Color = (typeof Color)[keyof typeof Color];
        """
    ),
    .namespace: RefusalPage(
      "namespaces", "A file is a module. Put it into a file of its own and import what is used.",
      refused: "namespace Money { export const rate = 1.1; }",
      instead:
        """
        import { rate } from "./money";
        const withTax = (n) => n * rate;
        @ money.ts
        export const rate = 1.1;
        """
    ),
    .decorator: RefusalPage(
      "decorators", "A decorator is a function that is called with what it stands before. Call it.",
      refused: "@logged\nfunction f() {}",
      instead: "const logged = (run) => (x) => run(x);\nconst f = logged((x) => x);"),
    .dynamicImport: RefusalPage(
      "`import` inside of an expression",
      "What a program consists of is known before it runs: that is what is proven and packed.",
      refused: "const load = () => import(\"./lib\");",
      instead:
        "import { one } from \"./lib\";\nconst load = () => one;\n@ lib.ts\nexport const one = 1;"),
    .defaultImport: RefusalPage(
      "default imports",
      """
      A default export has no name of its own, so that everybody who imports it makes one up. \
      Export by name.
      """,
      refused: "import lib from \"./lib\";\n@ lib.ts\nexport default 1;",
      instead: "import { lib } from \"./lib\";\n@ lib.ts\nexport const lib = 1;"),
    .namespaceImport: RefusalPage(
      "`import *`", "Naming what is used shows what a file needs.",
      refused: "import * as lib from \"./lib\";\n@ lib.ts\nexport const one = 1;",
      instead: "import { one } from \"./lib\";\n@ lib.ts\nexport const one = 1;"),
    .exportAll: RefusalPage(
      "`export *`", "What a file exports stands in it.",
      refused: "export * from \"./lib\";\n@ lib.ts\nexport const one = 1;",
      instead: "export { one } from \"./lib\";\n@ lib.ts\nexport const one = 1;"),
  ]
}
