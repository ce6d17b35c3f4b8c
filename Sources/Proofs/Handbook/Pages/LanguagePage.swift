import HandlerLanguage

/// What `zigttp help language` prints: the language on a few screens, its built-ins from their tables.
public enum LanguagePage {
  /// A part of it: prose, and an example that is accepted as it stands.
  public struct Section: Sendable {
    /// In a few words.
    public var title: String
    /// Paragraphs.
    public var prose: [String]
    /// A source; nil where there is none.
    public var example: HandlerExample?

    init(_ title: String, _ prose: [String], _ example: String? = nil) {
      self.title = title
      self.prose = prose
      self.example = example.map(HandlerExample.init)
    }
  }

  /// The page, its lines ended.
  public static var text: String {
    let parts = allSections.map { section in
      ([section.title] + section.prose.flatMap { Wrapped.lines($0, indent: "  ") + [""] }
        + (section.example.map { $0.shown.map { $0.isEmpty ? "" : "  " + $0 } + [""] } ?? []))
        .joined(separator: "\n")
    }
    return parts.joined(separator: "\n")
  }

  /// What the page is made of, in its order.
  static var allSections: [Section] { sections + [differences, builtins, refusals] }

  /// All but what comes from tables.
  public static let sections: [Section] = [
    Section(
      "A HANDLER",
      [
        """
        A file handler.ts, .tsx, .js or .jsx with one function `handler` at its top level. It gets a \
        request and gives a Response. Files beside it are imported by name, `import { total } from \
        "./lib/orders"`. What is at module level runs once, at start; requests share nothing.
        """
      ],
      """
      export function handler(req: Request): Response {
        if (req.method !== "GET") return Response.text("GET only", { status: 405 });
        return Response.json({ path: req.path, name: req.query.name ?? "you" });
      }
      """),
    Section(
      "WHAT IT IS MADE OF",
      [
        """
        JavaScript with TypeScript's types, which are erased: `const` and `let`, functions and arrows, \
        closures, default and rest parameters, objects, arrays, spreads, taking apart in declarations, \
        templates, `if`, `?:`, `switch`, `for…of` over arrays, strings and `range(a, b)`, `??`, `?.`, \
        `typeof`, `in`, JSX in .tsx and .jsx files. Numbers, strings and JSON are JavaScript's to the \
        letter.
        """,
        """
        Not in it, each refused with what to write instead: classes, `this`, `new`, `while`, `try`, \
        `async`, `==`, `++`, `delete`, regular expressions, `Map`, `Promise`, packages.
        """,
      ]),
    Section(
      "REQUEST",
      [
        """
        `req.method`, `url`, `path`, `query` (an object of strings), `params` (what the router found), \
        `headers` (indexed without regard to case), `body` (a string or undefined), `text()`, `json()` \
        (the value, or undefined where the body is empty or malformed: `req.json() ?? {}`), `base64()` (every byte of the \
        body, also of one that is no text). Of a name that comes twice in a query the last counts. Fields of \
        your own can be added.
        """
      ]),
    Section(
      "RESPONSE",
      [
        """
        `Response.json(value, init?)`, `text`, `html`, `redirect(url, status = 302)` or `redirect(url, \
        init)`, `rawJson(text)`, `base64(text)`, which answers the bytes; `init` is `{ status, headers }`. \
        Without a body: `Response.text("", { status: 204 })`. A header's value may be an array, one line \
        each. A Response can be kept, and another made of it.
        """
      ],
      """
      export function handler(req) {
        const answer = Response.json({ ok: true }, { status: 201 });
        return { ...answer, headers: { ...answer.headers, "x-served-by": "zigttp" } };
      }
      """),
    Section(
      "RESULTS AND FAULTS",
      [
        """
        What can be expected to fail gives a Result, `{ ok: true, value }` or `{ ok: false, error }`: \
        look at `ok` before `value`, and keep it as a whole. What is a mistake is a fault: the request \
        ends with 500 and a line in the log, others go on. What was stored before the fault stays: mark \
        as done last.
        """
      ],
      """
      export function handler(req) {
        const read = JSON.tryParse(req.text());
        if (!read.ok) return Response.json({ error: "not JSON" }, { status: 400 });
        assert(typeof read.value === "object", "an object is expected");
        return Response.json({ got: Object.keys(read.value ?? {}) });
      }
      """),
    Section(
      "PIPES AND GUARDS",
      [
        """
        `a |> f` is `f(a)`. With a guard among its members the sequence is a handler: guards before the \
        one plain function get the request and end it by giving a Response, guards behind it get the \
        Response and give one. TypeScript has no `|>`: `pipe(a, b, c)` is the same sequence, and `f(a)` \
        the same call.
        """
      ],
      """
      import { guard, pipe } from "zigttp:compose";

      const signedIn = guard((req) =>
        req.headers["x-user"] ? undefined : Response.text("who?", { status: 401 }),
      );
      const answer = (req) => Response.json({ path: req.path });

      export const handler = pipe(signedIn, answer); // or: signedIn |> answer
      """),
    Section(
      "MATCH",
      [
        """
        `match` is an expression; an object's shape binds its fields. TypeScript has no `match`: write a \
        `switch` or `?:`, which the editor understands as well.
        """
      ],
      """
      const told = (event) =>
        match (event) {
          when { kind: "paid", amount: n }: `paid ${n}`
          when { kind: "sent" }: "on its way"
          default: "unknown"
        };

      // For an editor that knows TypeScript only:
      function same(event) {
        switch (event.kind) {
          case "paid": return `paid ${event.amount}`;
          case "sent": return "on its way";
          default: return "unknown";
        }
      }

      export const handler = (req) => Response.text(told(req.json() ?? same({})));
      """),
    Section(
      "ASSERT",
      [
        """
        `assert cond, "why"` ends the request with 500 where the condition does not hold. In TypeScript's \
        own syntax it is a call, `assert(cond, "why")`, and narrows types as TypeScript's does. With an \
        answer in place of the message, `assert cond, Response.json(…)`, the function returns that \
        answer instead.
        """
      ],
      """
      export function handler(req) {
        assert(req.method === "GET", Response.text("read only", { status: 405 }));
        const count = Number(req.query.count ?? "1");
        assert(count > 0, "count must be positive");
        return Response.json({ items: range(count) });
      }
      """),
    Section(
      "MARKUP",
      [
        """
        JSX is text that is escaped: whatever stands in braces cannot become a tag. `Response.html` \
        renders it. A component is a function of its props. Names of attributes are HTML's. A page with \
        a doctype: `Response.html("<!doctype html>" + renderToString(page))`.
        """
      ],
      """
      @ handler.tsx
      const Item = ({ name }: { name: string }) => <li>{name}</li>;

      export function handler(req: Request): Response {
        const names = ["tea", req.query.more ?? "milk"];
        return Response.html(<ul>{names.map((name) => <Item name={name} />)}</ul>);
      }
      """),
  ]

  /// What is otherwise than in node, by decision.
  private static let differences = Section(
    "WHERE IT DIFFERS FROM NODE",
    [
      """
      Objects have no prototypes and no conversions of their own: `routes["constructor"]` is undefined, \
      and a field called `toJSON`, `toString` or `valueOf` is called by nobody.
      """,
      """
      Arrays are dense: a hole reads and prints as undefined, and a field that is no index cannot be \
      stored on one. `entries()`, `keys()` and `values()` give arrays.
      """,
      """
      A function as text is "function". What is assigned to is a variable, a field or an element: only \
      declarations take values apart. `localeCompare` compares by code unit. An argument that nothing \
      takes is refused.
      """,
    ])

  private static var builtins: Section {
    let globals = BuiltinGlobal.allCases
    var prose = [
      "Beside `zigttp help modules`, exactly these are there. Everything else is refused by name."
    ]
    for global in globals where !global.memberNames.isEmpty {
      prose.append("\(global.rawValue): \(global.memberNames.joined(separator: ", "))")
    }
    let alone = globals.filter { $0.memberNames.isEmpty || $0.row.isCallable }.map(\.rawValue)
    prose.append("By themselves: \(alone.joined(separator: ", "))")
    for receiver in BuiltinMethod.Receiver.allCases {
      let names = BuiltinMethod.allCases.filter { $0.receiver == receiver }.map(\.name)
      prose.append("Methods of \(Self.plural(receiver)): \(names.joined(separator: ", "))")
    }
    prose.append(
      """
      `fetchSync` is `fetch` of "zigttp:fetch" without an import. In declarations `Printable` is a \
      string, a number or a boolean, which counts as what it prints; `FetchInit` is `{ method, headers, \
      body }`.
      """)
    return Section("BUILT-INS", prose)
  }

  private static func plural(_ receiver: BuiltinMethod.Receiver) -> String {
    switch receiver {
    case .headers: "headers"
    case .response: "a Response"
    case .result: "a Result"
    default: receiver.rawValue + "s"
    }
  }

  private static let refusals = Section(
    "MORE",
    [
      """
      `zigttp help ZT213` explains a refusal by its code. `zigttp types` prints declarations for an \
      editor and for tsc. `zigttp init` makes a project to start from. `zigttp help properties` says what \
      is proven.
      """
    ])
}
