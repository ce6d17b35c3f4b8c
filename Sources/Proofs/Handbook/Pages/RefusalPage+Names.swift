import HandlerLanguage

/// `ZT3xx`: names and imports. `ZT4xx`: the handler.
extension RefusalPage {
  static let names: [DiagnosticCode: RefusalPage] = [
    .unknownName: RefusalPage(
      "a name that is not declared",
      """
      Every name is declared, imported, or one of the language's own (`zigttp help language` lists \
      them). What a module offers is imported by name.
      """,
      refused: "const f = () => cacheGet(\"users\", \"1\");",
      instead:
        "import { cacheGet } from \"zigttp:cache\";\nconst f = () => cacheGet(\"users\", \"1\");"),
    .unavailableGlobal: RefusalPage(
      "a name of another runtime",
      """
      Browsers and Node have it, a handler has not. The message says what is there instead; mostly \
      it is a module (`zigttp help modules`) or a plain object.
      """,
      refused: "const seen = Map;\nconst token = process.env.TOKEN;",
      instead:
        "import { env } from \"zigttp:env\";\nconst seen = {};\nconst token = () => env(\"TOKEN\");"
    ),
    .unknownMember: RefusalPage(
      "a member that there is not",
      """
      Of a global exactly the members of the language's table are there, so that each is known to \
      the prover. The message lists them.
      """,
      refused: "const f = (o) => Object.freeze(o);", instead: "const f = (o) => ({ ...o });"),
    .globalAsValue: RefusalPage(
      "a global that is no value",
      """
      `Math`, `JSON`, `Object` and their like are names in front of members, not objects: they \
      cannot be passed on, called, or indexed. Their functions can be passed on.
      """,
      refused: "const tools = { math: Math };", instead: "const tools = { floor: Math.floor };"),
    .assignmentToConstant: RefusalPage(
      "assignment to a constant",
      "Constants, functions, imports and what the language has keep their value.",
      refused: "function f() {\n  const total = 0;\n  total += 1;\n  return total;\n}",
      instead: "function f() {\n  let total = 0;\n  total += 1;\n  return total;\n}"),
    .assignmentAtRequestTime: RefusalPage(
      "assignment to a variable of the module",
      """
      Module level runs once, and requests share nothing: which of many processes a request meets \
      is chance. What is to last is stored, in "zigttp:cache".
      """,
      refused: "let count = 0;\nfunction f() {\n  count += 1;\n  return count;\n}",
      instead:
        """
        import { cacheIncr } from "zigttp:cache";
        const f = () => cacheIncr("counters", "visits", 1);
        """
    ),
    .duplicateDeclaration: RefusalPage(
      "a name that is declared twice", "In one block a name means one thing.",
      refused: "const a = 1;\nconst a = 2;", instead: "const a = 1;\nconst b = 2;"),
    .duplicateExport: RefusalPage(
      "a name that is exported twice", "Who imports it could not tell which is meant.",
      refused: "export const a = 1;\nexport { a };", instead: "export const a = 1;"),
    .useBeforeDefinition: RefusalPage(
      "use before the definition",
      """
      A constant has its value from its line on. A function may name it, as long as it is called \
      later.
      """,
      refused: "const b = a + 1;\nconst a = 1;", instead: "const a = 1;\nconst b = a + 1;"),
    .unknownModule: RefusalPage(
      "a module that there is not", "`zigttp help modules` lists them all.",
      refused: "import { get } from \"zigttp:redis\";",
      instead: "import { cacheGet } from \"zigttp:cache\";"),
    .unknownExport: RefusalPage(
      "an export that there is not",
      "The message names what is meant, or what there is; `zigttp help cache` shows a module.",
      refused: "import { cacheRead } from \"zigttp:cache\";",
      instead: "import { cacheGet } from \"zigttp:cache\";"),
    .packageImport: RefusalPage(
      "a package",
      """
      All that runs is proven, so all of it is in the language: packages of npm and Node's own \
      modules are not. Copy what is needed into a file of the project, or see `zigttp help \
      modules`.
      """,
      refused: "import { nanoid } from \"nanoid\";",
      instead: "import { nanoid } from \"zigttp:id\";"),
    .importOutsideProject: RefusalPage(
      "an import from outside of the project",
      """
      What is proven and packed is the project's folder. Imports are relative to their file, and \
      stay within it.
      """,
      refused: "import { a } from \"../shared/a\";",
      instead: "import { a } from \"./shared/a\";\n@ shared/a.ts\nexport const a = 1;"),
    .missingFile: RefusalPage(
      "a file that there is not",
      "The message lists where it was looked for: an import may leave out .ts, .tsx, .jsx or .js.",
      refused: "import { a } from \"./missing\";",
      instead: "import { a } from \"./there\";\n@ there.ts\nexport const a = 1;"),
    .importCycle: RefusalPage(
      "files that import each other",
      """
      Which of them runs first would decide what the other sees. Move what both need into a third \
      file.
      """,
      refused:
        """
        import { a } from "./a";
        @ a.ts
        import { b } from "./b";
        export const a = () => b;
        @ b.ts
        import { a } from "./a";
        export const b = () => a;
        """,
      instead:
        """
        import { a } from "./a";
        @ a.ts
        import { b } from "./b";
        export const a = () => b;
        @ b.ts
        export const b = 1;
        """
    ),
    .tooFewArguments: RefusalPage(
      "a call with too few arguments",
      "The message shows what the function needs; `zigttp help cache` shows a module's functions.",
      refused:
        "import { cacheSet } from \"zigttp:cache\";\nconst f = () => cacheSet(\"users\", \"1\");",
      instead:
        """
        import { cacheSet } from "zigttp:cache";
        const f = () => cacheSet("users", "1", "Ann");
        """
    ),
    .moduleLevelCall: RefusalPage(
      "a call at module level",
      """
      Module level runs once, before there is a request: what asks the clock, chance, the network \
      or the store would give every request the answer of the start.
      """,
      refused: "import { uuid } from \"zigttp:id\";\nconst id = uuid();",
      instead: "import { uuid } from \"zigttp:id\";\nconst makeId = () => uuid();"),
    .typeAsValue: RefusalPage(
      "a type as a value", "Types are erased: at run time there is nothing of them.",
      refused: "interface User { name: string }\nconst kind = User;",
      instead:
        """
        interface User { name: string }
        const isUser = (x: any): x is User => typeof x?.name === "string";
        """
    ),
    .unsupportedFile: RefusalPage(
      "a file that is no code", "Imported are .ts, .tsx, .jsx and .js. Write data as a constant.",
      refused: "import { prices } from \"./prices.json\";",
      instead:
        "import { prices } from \"./prices\";\n@ prices.ts\nexport const prices = { tea: 2 };"),
    .methodAsValue: RefusalPage(
      "a method as a value",
      """
      A built-in method belongs to what it is called on; taken off it would work on nothing. Call \
      it where it is named.
      """,
      refused:
        """
        function f(req) { return req.headers.get("a"); }
        export const handler = (req) => {
          const get = req.headers.get;
          return Response.text(get("a"));
        };
        """,
      instead:
        """
        export const handler = (req) => {
          const get = (name) => req.headers.get(name);
          return Response.text(get("a") ?? "");
        };
        """
    ),
    .computedTag: RefusalPage(
      "a tag that is computed",
      """
      A tag that comes from data could be `script`. Choose among elements that stand in the \
      source.
      """,
      refused: "const f = (tag) => h(tag ?? \"p\", null, \"text\");",
      instead:
        "const f = (isTitle) => (isTitle ? h(\"h1\", null, \"text\") : h(\"p\", null, \"text\"));"),
    .fixedFields: RefusalPage(
      "a field that there is not",
      """
      Of a Response `status`, `headers` and `body` can be assigned, of a Result nothing; an \
      element can only be rendered. Keep what is your own beside them.
      """,
      refused:
        """
        export const handler = (req) => {
          const answer = Response.text("a");
          answer.ok = true;
          return answer;
        };
        """,
      instead:
        """
        export const handler = (req) => {
          const answer = Response.text("a");
          answer.status = 201;
          return answer;
        };
        """
    ),
  ]

  static let calls: [DiagnosticCode: RefusalPage] = [
    .tooManyArguments: RefusalPage(
      "an argument that nothing takes",
      """
      It would be ignored, and whoever wrote it meant something by it: a reviver, a language, a step. \
      The functions take what `zigttp types` declares.
      """,
      refused: "const f = () => range(0, 10, 5);",
      instead: "const f = () => range(0, 2).map((n) => n * 5);"),
    .unknownMethod: RefusalPage(
      "a method that there is not",
      """
      The value is of a kind that has no such method, so the call would fail each time. \
      `zigttp help language` lists the methods of every kind.
      """,
      refused: "export const handler = (req) => Response.text(req.path.substr(1));",
      instead: "export const handler = (req) => Response.text(req.path.slice(1));"),
    .unfitArgument: RefusalPage(
      "an argument that always fails",
      """
      The function takes another kind of value in this place, so the call would fail each time. So do \
      an object and a function as the attribute of an element of HTML.
      """,
      refused: "export const handler = (req) => Response.json({ ok: true }, 201);",
      instead: "export const handler = (req) => Response.json({ ok: true }, { status: 201 });"),
    .unknownOption: RefusalPage(
      "an option that there is not",
      """
      Options are known by name, and one that there is not would be dropped without a word: a cookie \
      would be set without what protects it. What other hosts take and what changes nothing here is a \
      warning.
      """,
      refused:
        "export const handler = (req) => Response.json({ ok: false }, { statusCode: 400 });",
      instead: "export const handler = (req) => Response.json({ ok: false }, { status: 400 });"),
    .unknownField: RefusalPage(
      "a field that a request has not",
      """
      A request has `method`, `url`, `path`, `query`, `params`, `headers` and `body`. Fields of your own \
      can be set, `req.user = …`; one that other servers have and that nothing sets is undefined in \
      every request.
      """,
      refused: "export const handler = (req) => Response.text(req.cookies.session);",
      instead:
        """
        import { parseCookies } from "zigttp:http";
        export const handler = (req) =>
          Response.text(parseCookies(req.headers.cookie).session ?? "none");
        """),
    .notIterable: RefusalPage(
      "a loop over what is no list",
      """
      Lists and text can be looped over and spread into lists. Headers, queries and other objects are \
      objects: `Object.entries`, `Object.keys` and `Object.values` make lists of them.
      """,
      refused:
        """
        export const handler = (req) => {
          for (const [name, value] of req.headers) { console.log(name, value.length); }
          return Response.text("a");
        };
        """,
      instead:
        """
        export const handler = (req) => {
          for (const [name, value] of Object.entries(req.headers)) {
            console.log(name, value.length);
          }
          return Response.text("a");
        };
        """),
    .foreignAttribute: RefusalPage(
      "an attribute under a name that HTML has not",
      """
      Names of attributes are HTML's, and go into the page as they are; `className` alone is known for \
      `class`. This is a warning.
      """,
      refused:
        """
        @ handler.tsx
        export const handler = (req) => Response.html(<label htmlFor="name">Name</label>);
        """,
      instead:
        """
        @ handler.tsx
        export const handler = (req) => Response.html(<label for="name">Name</label>);
        """),
    .ownConversion: RefusalPage(
      "a conversion of one's own",
      """
      Elsewhere `JSON.stringify` calls `toJSON`, and text and numbers are made with `toString` and \
      `valueOf`. Objects here have no conversions: such a field is a function like any other, and a \
      value is what it looks like. This is a warning.
      """,
      refused: "const price = { cents: 250, toJSON() { return \"2.50\"; } };",
      instead:
        """
        const price = { cents: 250 };
        const shown = ({ cents }) => ({ price: cents / 100 });
        export const handler = (req) => Response.json(shown(price));
        """),
  ]

  static let handlers: [DiagnosticCode: RefusalPage] = [
    .noHandler: RefusalPage(
      "a file without a handler",
      """
      The file's top level has one function named `handler`, a constant of that name, or a default \
      export.
      """,
      refused:
        """
        function answer(req) { return Response.text("hello"); }
        // no function of the name that is looked for
        """,
      instead: "export function handler(req) { return Response.text(\"hello\"); }"),
    .severalHandlers: RefusalPage(
      "two handlers", "Which of them answers could not be told. Keep one.",
      refused:
        """
        export const handler = (req) => Response.text("a");
        export default (req) => Response.text("b");
        """,
      instead: "export const handler = (req) => Response.text(\"a\");"),
    .handlerNotFunction: RefusalPage(
      "a handler that is no function",
      "The handler is a function, a constant bound to one, or a sequence of guards around one.",
      refused: "export const handler = { fetch(req) { return Response.text(\"a\"); } };",
      instead: "export const handler = (req) => Response.text(\"a\");"),
    .undecidablePipeline: RefusalPage(
      "a `|>` of which it cannot be told whether a member is a guard",
      """
      A sequence with a guard is a handler, one without is a call. So each member is a function \
      that is named, or a constant bound to `guard(…)`.
      """,
      refused:
        """
        import { guard } from "zigttp:compose";
        const auth = guard((req) => undefined);
        const answer = (req) => Response.text("a");
        export const handler = (req) => req |> (req.path === "/" ? auth : answer);
        """,
      instead:
        """
        const answer = (req) => Response.text("a");
        export const handler = (req) => (req.path === "/" ? answer(req) : Response.text("b"));
        """
    ),
    .sequenceWithoutOnePlain: RefusalPage(
      "a sequence of guards without its one function",
      "Guards stand around one function that makes the answer. Wrap the others in `guard(…)`.",
      refused:
        """
        import { guard } from "zigttp:compose";
        const auth = guard((req) => undefined);
        export const handler = auth |> auth;
        """,
      instead:
        """
        import { guard } from "zigttp:compose";
        const auth = guard((req) => undefined);
        const answer = (req) => Response.text("a");
        export const handler = auth |> answer;
        """
    ),
  ]
}
