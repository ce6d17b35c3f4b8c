import Foundation
import HandlerLanguage
import TestSupport
import Testing

@testable import Handbook

/// What `zigttp types` prints is what TypeScript accepts handlers with.
@Suite struct TypeDeclarationTests {
  @Test func everythingOfTheTablesIsDeclared() {
    let text = TypeDeclarations.text
    for function in ModuleFunction.allCases {
      #expect(text.contains("export function \(function.name)"), "\(function)")
    }
    for module in ModuleTable.modules { #expect(text.contains("\"zigttp:\(module)\"")) }
    for method in BuiltinMethod.allCases {
      // What is not written down takes anything and gives anything.
      #expect(
        !BuiltinSignatures.of(method).contains { $0.hasSuffix(": any") && $0.contains("value1") })
      #expect(text.contains("  \(method.name)"), "\(method)")
    }
    for global in BuiltinGlobal.allCases { #expect(text.contains(" \(global.rawValue)")) }
  }

  static let accepted: [String: String] = [
    "one.ts": """
    import { env } from "zigttp:env";
    import { guard, pipe } from "zigttp:compose";
    import { routerMatch } from "zigttp:router";
    import type { Spec } from "zigttp:types";

    type Guarded = Spec<"retry-safe" | "no_secret_leakage">;
    interface Order { id: string; items: string[] }

    const routes = {
      "GET /a": (req: Request): Response =>
        Response.json({ a: [...req.path].map((c) => c.toUpperCase()) }),
      "POST /b": (req: Request) =>
        Response.text(req.params.id, { status: 201, headers: { "set-cookie": ["a", "b"] } }),
    };

    const auth = guard((req: Request) =>
      env("KEY") === req.headers.authorization ? undefined : Response.text("no", { status: 401 }),
    );

    function main(req: Request): Response & Guarded {
      const found = routerMatch(routes, req);
      if (found === undefined) return Response.json({}, { status: 404 });
      req.params = found.params;
      req.user = 1;
      const [head, ...tail] = req.path.split("/");
      const read = JSON.tryParse<Order>(req.body);
      if (!read.ok) return Response.text(read.error);
      const { id, ...rest } = read.value;
      assert(id.length > 0, "id");
      for (const [i, x] of read.value.items.entries()) console.log(i + 1, x.trim());
      for (const n of range(3)) console.log(n.toFixed(2));
      const sums: Record<string, number> = {};
      sums[id] ??= 2 ** 3;
      const total = Object.values(sums).reduce((a, b) => a + b, 0);
      const last = read.value.items.toSorted((a, b) => a.localeCompare(b)).at(-1)?.padStart(3) ?? "";
      const answer = Response.json({ head, tail, rest, total, last });
      return { ...answer, headers: { ...answer.headers, "x-a": "1" } };
    }

    export const handler = pipe(auth, main);
    """,
    "two.tsx": """
    const Item = ({ name, children }: { name: string; children?: any }) => (
      <li class="x">{name}{children}</li>
    );
    const Text = ({ text }: { text: string }) => text;

    export const handler = (req: Request) =>
      Response.html(
        <>
          <ul hx-post="/x">{["a"].map((n) => <Item name={n}><b>x</b></Item>)}</ul>
          <Text text={req.query.q ?? ""} />
        </>,
      );
    """,
  ]

  /// Each line is a mistake in the language, and one for TypeScript with these declarations.
  static let refused = [
    "const a = new Map();", "const a = Promise.resolve(1);", "const a = \"x\".match(\"y\");",
    "const a = ({}).hasOwnProperty(\"a\");", "const a = Object.freeze({});",
    "setTimeout(() => 1, 2);", "const a = process.env.X;", "const a = structuredClone({});",
    "import { cacheGett } from \"zigttp:cache\";", "import { x } from \"zigttp:redis\";",
    "import { cacheSet } from \"zigttp:cache\"; cacheSet(\"a\", \"b\");",
  ]

  @Test(.enabled(if: TypeScript.isExpected, "tsc is not installed"))
  func typedHandlersAreAccepted() throws {
    for (path, text) in Self.accepted {
      #expect(HandlerExample("@ \(path)\n" + text).diagnostics.map(\.description) == [])
    }
    #expect(try TypeScript.problems(Self.accepted) == [])
  }

  @Test(.enabled(if: TypeScript.isExpected, "tsc is not installed"))
  func whatTheLanguageHasNotIsUnknownToTheEditor() throws {
    var files: [String: String] = [:]
    for (index, line) in Self.refused.enumerated() {
      #expect(
        !HandlerExample(line).diagnostics.isEmpty
          || ["match", "hasOwn"].contains(where: line.contains), "\(line)")
      files["f\(index).ts"] = line + "\nexport {};\n"
    }
    let problems = try TypeScript.problems(files)
    for (index, line) in Self.refused.enumerated() {
      #expect(problems.contains { $0.hasPrefix("f\(index).ts(") }, "\(line)")
    }
  }

  /// Handlers as people write them, many without types: with the checks for those left out, TypeScript
  /// has nothing to say of any but those whose own types do not agree.
  @Test(.enabled(if: TypeScript.isExpected, "tsc is not installed"))
  func handlersOfPeopleAreAccepted() throws {
    let folder = checkout.appending(path: "testdata/handlers")
    // `T` stored as a boolean; a list of pairs read as numbers and texts at once; `{}` filled later.
    let disagreeing = ["people/memo/", "people/badge-svg/", "people/preferences/"]
    var files: [String: String] = [:]
    var count = 0
    let all = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    let projects = Set(
      all.filter { $0.contains("handler.ts") }.map { ($0 as NSString).deletingLastPathComponent })
    for project in projects.sorted()
    where project.hasPrefix("people/") || ["orders", "hello", "echo", "pages"].contains(project) {
      if disagreeing.contains(project + "/") { continue }
      let paths = all.filter {
        $0.hasPrefix(project + "/") && ($0.hasSuffix(".ts") || $0.hasSuffix(".tsx"))
      }
      let texts = try paths.map {
        try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
      }
      // `match` and `|>` are no TypeScript.
      if texts.contains(where: { $0.contains("|>") || $0.contains("match (") }) { continue }
      for (path, text) in zip(paths, texts) { files[path] = text }
      count += 1
    }
    #expect(count >= 40)
    let options = ProjectTemplate.compilerOptions.replacing(
      "\"strict\": true", with: "\"strict\": false")
    #expect(try TypeScript.problems(files, options: options) == [])
  }

  @Test(.enabled(if: TypeScript.isExpected, "tsc is not installed"))
  func examplesOfThePagesAreTypeScript() throws {
    var files: [String: String] = [:]
    for module in ModuleTable.modules {
      guard let example = ModuleExamples.example(of: module) else { continue }
      files["m-\(module).ts"] = example.files[0].text
    }
    let options = ProjectTemplate.compilerOptions.replacing(
      "\"strict\": true", with: "\"strict\": false")
    #expect(try TypeScript.problems(files, options: options) == [])
  }
}
