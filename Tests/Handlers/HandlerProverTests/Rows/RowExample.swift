import HandlerLanguage

/// A call of a function of a module, for what its row says.
struct RowExample {
  /// The arguments: `X` stands where something is put; `"n"` unless it is tried.
  var arguments: [String]
  /// What stands before the handler.
  var before = ""

  private init(_ arguments: String..., before: String = "") {
    (self.arguments, self.before) = (arguments, before)
  }

  private static let object = #"JSON.stringify({ type: "object" })"#
  private static let compiled =
    #"import { schemaCompile } from "zigttp:validate"; schemaCompile("s", \#(object));"#
  private static func statement(_ text: String) -> String {
    "import { sql } from \"zigttp:sql\"; sql(\"s\", \"\(text)\");"
  }
  /// The schema of the statements.
  static let tables = "CREATE TABLE t (a TEXT);"

  /// The call of a function. A new one does not compile before somebody has said how it is called.
  static func of(_ function: ModuleFunction) -> RowExample {
    switch function {
    case .env: .init("X")
    case .routerMatch: .init("{ \"GET /:a\": () => 1 }", "{ method: \"GET\", path: X, url: \"/\" }")
    case .parseBearer: .init("X")
    case .jwtVerify: .init("X", "X", "{ issuer: X }")
    case .jwtSign: .init("{ sub: X }", "X")
    case .verifyWebhookSignature: .init("X", "X", "X")
    case .timingSafeEqual, .hmacSha256: .init("X", "X")
    case .sha256, .base64Encode, .base64Decode: .init("X")
    case .schemaCompile: .init("\"s\"", object)
    case .schemaDrop: .init("\"s\"", before: compiled)
    case .validateJson, .coerceJson: .init("\"s\"", "X", before: compiled)
    case .validateObject: .init("\"s\"", "{ a: X }", before: compiled)
    case .decodeJson, .decodeForm: .init("\"s\"", "X", before: compiled)
    case .decodeQuery: .init("\"s\"", "{ a: X }", before: compiled)
    case .cacheGet, .cacheDelete: .init("X", "X")
    case .cacheSet: .init("X", "X", "X", "Number(X)")
    case .cacheIncr: .init("X", "X", "Number(X)", "Number(X)")
    case .cacheStats: .init("X")
    case .sql: .init("\"s\"", "\"SELECT a FROM t\"")
    case .sqlOne, .sqlMany:
      .init("\"s\"", "{ a: X }", before: statement("SELECT a FROM t WHERE a = :a"))
    case .sqlExec: .init("\"s\"", "{ a: X }", before: statement("INSERT INTO t (a) VALUES (:a)"))
    case .composeGuard, .composePipe: .init("() => X")
    case .urlParse, .urlSearchParams, .urlEncode, .urlDecode: .init("X")
    case .uuid, .ulid: .init()
    case .nanoid: .init("Number(X)")
    case .parseCookies, .parseContentType: .init("X")
    case .setCookie: .init("X", "X", "{ path: X }")
    case .negotiate: .init("X", "[X]")
    case .cors: .init("X", "{ methods: [X] }")
    case .logDebug, .logInfo, .logWarn, .logError: .init("X", "{ a: X }")
    case .escapeHtml, .unescapeHtml, .slugify: .init("X")
    case .truncate: .init("X", "Number(X)", "X")
    case .mask: .init("X", "Number(X)")
    case .fetch: .init("X", "{ method: \"POST\", body: X, headers: { \"x-a\": X } }")
    case .formatIso, .formatHttp: .init("Number(X)")
    case .parseIso: .init("X")
    case .addSeconds: .init("Number(X)", "Number(X)")
    case .ioParallel, .ioRace: .init("[() => X]")
    case .scope: .init("X", "() => X")
    case .scopeUsing: .init("X", "(x) => console.log(x)")
    case .scopeEnsure: .init("() => console.log(X)")
    case .rateCheck: .init("X", "Number(X)", "Number(X)")
    case .rateReset: .init("X")
    }
  }

  /// The handler in which something stands in one argument's place, and the result is answered or
  /// not.
  func handler(_ function: ModuleFunction, place: Int?, _ value: String, answers: Bool) -> String {
    let given = arguments.enumerated().map { number, argument in
      argument.replacing("X", with: number == place ? "(\(value))" : "\"n\"")
    }
    let others = [("env", "env"), ("cache", "cacheGet")].filter {
      function.module != $0.0 || function.name != $0.1
    }
    let imports = (others + [(function.module, function.name)]).map {
      "import { \($0.1) } from \"zigttp:\($0.0)\";\n"
    }
    let call = "const out = \(function.name)(\(given.joined(separator: ", ")));"
    // What is known before anything runs is said outside of the handler.
    let isDeclaration = [ModuleFunction.sql, .schemaCompile, .schemaDrop].contains(function)
    return """
      \(imports.joined())\(before)
      \(isDeclaration ? call : "")
      export const handler = (req) => {
        \(isDeclaration ? "" : call)
        return \(answers ? "Response.json({ out })" : "Response.text(\"x\")");
      };
      """
  }
}
