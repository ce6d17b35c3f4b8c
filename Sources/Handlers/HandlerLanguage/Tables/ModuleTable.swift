/// What a function of a virtual module does, as the parser, the prover and the runtime need it.
public struct ModuleRow: Sendable {
  /// What calling it does to state outside the request.
  public enum Effect: Sendable, Hashable { case none, read, write }
  /// How it tells of failure.
  public enum Failure: Sendable, Hashable {
    /// It does not.
    case never
    /// `undefined` is an expected answer.
    case expected
    /// A failure must be handled (`faultCovered`).
    case critical
  }
  /// What the host must lend the handler.
  public enum Capability: String, Sendable, Hashable, CaseIterable {
    case clock, crypto, env, network, random, sqlite, stderr
    case policyCheck = "policy_check"
    case runtimeCallback = "runtime_callback"
  }
  /// What the result carries of its arguments, and what it is itself: a closed set.
  public enum Taint: Sendable, Hashable {
    /// Nothing.
    case none
    /// The labels of every argument.
    case keepsArguments
    /// What the functions among the arguments give.
    case called
    /// The labels of the arguments at these places only.
    case keeps([Int])
    /// The labels of every argument; the text may end in the middle of what it was.
    case cuts
    /// The labels of every argument, and data from outside is as it came: an escape is undone.
    case decodes
    /// The labels of every argument, encoded for a URL.
    case encodesURL
    /// Secret or configuration, by the name in the first argument.
    case environment
    /// Request data.
    case request
    /// The labels of the arguments, which are validated: they have the form that a schema asks for.
    case validated
    /// What another service answered: data nobody has checked.
    case external
    /// A request credential.
    case credential
    /// The first argument's labels, and a session token: it may reach a response's body or its
    /// `set-cookie`, nothing else.
    case sessionToken
    /// Clock or chance.
    case random
    /// Whatever was written to the namespace in the first argument.
    case cacheNamespace
    /// Request data that nobody has checked, whatever was written to the tables of the statement
    /// that the first argument names, and the labels of every argument.
    case statementTables
    /// The first argument's labels, and safe in HTML.
    case escapedHTML
    /// The first argument's labels; secret and credential go when the second is a literal of at
    /// most 4.
    case masked
  }
  /// What kind of value a call gives.
  public enum Result: Sendable, Hashable {
    case undefined, boolean, number, string, stringOrUndefined
    /// An object whose strings have names that are not known.
    case record
    /// A Result; what it holds only the function's own code says.
    case result
    /// A function, or what one gives.
    case function
    /// What only the function's own code says.
    case own
  }
  /// Which argument is a sink, for the leak properties.
  public enum Sink: Sendable, Hashable {
    case none
    /// Every argument goes to a log.
    case log
    /// The arguments at these places are stored.
    case store([Int])
    /// The arguments behind the first are parameters of a statement that reads.
    case query
    /// URL, headers and body leave the process.
    case egress
  }
  /// What of the call stands in the contract.
  public enum ContractLiteral: Sendable, Hashable {
    case none
    /// The first argument is an env name.
    case env
    /// The first argument is a cache namespace; it may be left out where `optional` is true.
    case cacheNamespace(optional: Bool)
    /// The first argument is a route table.
    case routes
    /// The first argument names a schema.
    case schema
    /// The first argument is a URL; its scheme and host count.
    case egress
    /// The first argument names a statement.
    case statement
  }

  /// Which function it is.
  public var function: ModuleFunction
  /// Names of the parameters in order; those from `required` on may be left out.
  public var parameters: [String]
  /// How many arguments a call must have at least.
  public var required: Int
  /// What a call does to state outside of the request.
  public var effect: Effect
  /// How a failure shows.
  public var failure: Failure
  /// What the host must lend for it.
  public var capabilities: [Capability]
  /// What kind of value it gives.
  public var result: Result
  /// What the result carries.
  public var taint: Taint
  /// Whether some texts or numbers are a fault, and not only values of another kind.
  public var checksValues: Bool
  /// Where the arguments go.
  public var sink: Sink
  /// What of a call stands in the contract.
  public var literal: ContractLiteral
  /// Whether the result depends on the clock, chance or the network.
  public var isDeterministic: Bool
  /// Whether it may run at module level.
  public var isPure: Bool { effect == .none && sink == .none && isDeterministic }
}

/// The one table of the virtual modules. `modules.md` is its plain reading.
public enum ModuleTable {
  /// A row for each function, in the order of ``ModuleFunction``.
  public static let rows: [ModuleRow] = ModuleFunction.allCases.map(row)

  /// The modules that can be imported, sorted; `types` exports types only.
  public static let modules: [String] =
    Set(ModuleFunction.allCases.map(\.module)).union(["types"]).sorted()

  /// Type names that `zigttp:types` exports.
  public static let typeExports: Set<String> = ["Spec", "Proof", "Effects"]

  /// The function a module exports under a name.
  public static func function(module: String, name: String) -> ModuleFunction? {
    ModuleFunction(rawValue: "\(module).\(name)")
  }

  /// The row of one function.
  public static func row(_ function: ModuleFunction) -> ModuleRow {
    switch function {
    case .env:
      make(
        function, ["name"], 1, .own, effect: .read, fails: .expected, [.env], .environment,
        literal: .env)
    case .routerMatch:
      make(function, ["table", "req"], 2, .own, fails: .expected, [], .request, literal: .routes)
    case .parseBearer:
      make(function, ["header"], 1, .stringOrUndefined, fails: .expected, [.crypto], .credential)
    case .jwtVerify:
      // Whether a token has expired depends on when it is asked.
      make(
        function, ["token", "secret", "options"], 2, .result, fails: .critical, [.crypto, .clock],
        .request, deterministic: false, checks: true)
    case .jwtSign:
      make(
        function, ["claims", "secret"], 2, .string, [.crypto], .sessionToken, checks: true)
    case .verifyWebhookSignature:
      make(
        function, ["body", "signature", "secret"], 3, .boolean, [.crypto], .keepsArguments,
        checks: true)
    case .timingSafeEqual: make(function, ["a", "b"], 2, .boolean, [.crypto], .keepsArguments)
    case .sha256: make(function, ["value"], 1, .string, [.crypto], .keepsArguments)
    case .hmacSha256: make(function, ["key", "message"], 2, .string, [.crypto], .keeps([1]))
    case .base64Encode, .slugify: make(function, ["value"], 1, .string, [], .keepsArguments)
    case .urlEncode: make(function, ["value"], 1, .string, [], .encodesURL, checks: true)
    case .unescapeHtml: make(function, ["value"], 1, .string, [], .decodes)
    case .base64Decode: make(function, ["value"], 1, .stringOrUndefined, [], .decodes, checks: true)
    case .urlDecode: make(function, ["value"], 1, .string, [], .decodes, checks: true)
    case .urlParse, .urlSearchParams:
      make(function, ["value"], 1, .record, [], .decodes, checks: true)
    case .schemaCompile:
      make(function, ["name", "schema"], 2, .boolean, [], literal: .schema, checks: true)
    case .schemaDrop: make(function, ["name"], 1, .boolean, [], checks: true)
    case .validateJson, .coerceJson:
      make(
        function, ["schema", "text"], 2, .result, fails: .critical, [], .validated, checks: true)
    case .validateObject:
      make(
        function, ["schema", "value"], 2, .result, fails: .critical, [], .validated, checks: true)
    case .decodeJson, .decodeForm:
      make(
        function, ["schema", "body"], 2, .result, fails: .critical, [], .validated, checks: true)
    case .decodeQuery:
      make(
        function, ["schema", "query"], 2, .result, fails: .critical, [], .validated, checks: true)
    case .parseIso: make(function, ["value"], 1, .number, [], .keepsArguments)
    case .cacheGet:
      make(
        function, ["namespace", "key"], 2, .own, effect: .read, fails: .expected,
        [.clock, .policyCheck], .cacheNamespace, literal: .cacheNamespace(optional: false))
    case .cacheSet:
      make(
        function, ["namespace", "key", "value", "ttlSeconds"], 3, .own, effect: .write,
        [.clock, .policyCheck], sink: .store([1, 2]), literal: .cacheNamespace(optional: false),
        checks: true)
    case .cacheDelete:
      make(
        function, ["namespace", "key"], 2, .own, effect: .write, [.clock, .policyCheck],
        sink: .store([1]), literal: .cacheNamespace(optional: false))
    case .cacheIncr:
      make(
        function, ["namespace", "key", "delta", "ttlSeconds"], 2, .own, effect: .write,
        [.clock, .policyCheck], .cacheNamespace, sink: .store([1, 2]),
        literal: .cacheNamespace(optional: false), checks: true)
    case .cacheStats:
      make(
        function, ["namespace"], 0, .own, effect: .read,
        literal: .cacheNamespace(optional: true))
    case .sql:
      make(function, ["name", "statement"], 2, .boolean, [], .none, literal: .statement)
    case .sqlOne, .sqlMany:
      make(
        function, ["name", "parameters"], 1, .own, effect: .read,
        fails: function == .sqlOne ? .expected : .never, [.sqlite, .policyCheck], .statementTables,
        sink: .query, literal: .statement, checks: true)
    case .sqlExec:
      make(
        function, ["name", "parameters"], 1, .own, effect: .write, [.sqlite, .policyCheck],
        .keepsArguments, sink: .store([1]), literal: .statement, checks: true)
    case .composeGuard: make(function, ["guard"], 1, .own, [], .called)
    case .composePipe: make(function, ["members"], 1, .own, [], .called)
    case .uuid, .ulid:
      make(
        function, [], 0, .string, effect: .read, [.clock, .random], .random, deterministic: false)
    case .nanoid:
      make(
        function, ["length"], 0, .string, effect: .read, [.clock, .random], .random,
        deterministic: false, checks: true)
    case .parseCookies: make(function, ["header"], 1, .record, [], .credential)
    case .setCookie:
      make(function, ["name", "value", "options"], 2, .string, [], .keepsArguments, checks: true)
    case .negotiate:
      make(
        function, ["accept", "offered"], 2, .stringOrUndefined, fails: .expected, [],
        .keepsArguments)
    case .parseContentType: make(function, ["header"], 1, .record, [], .keepsArguments)
    case .cors:
      make(function, ["origin", "options"], 1, .own, [], .keepsArguments, checks: true)
    case .logDebug, .logInfo, .logWarn, .logError:
      make(function, ["message", "context"], 1, .undefined, [.clock, .stderr], sink: .log)
    case .escapeHtml: make(function, ["value"], 1, .string, [], .escapedHTML)
    case .truncate:
      make(function, ["value", "max", "ellipsis"], 2, .string, [], .cuts, checks: true)
    case .mask: make(function, ["value", "visible"], 1, .string, [], .masked, checks: true)
    case .fetch:
      // The effect is `write` unless the method is a literal GET or HEAD, or left out.
      make(
        function, ["url", "init"], 1, .own, effect: .write, fails: .critical, [.network],
        .external, sink: .egress, literal: .egress, deterministic: false, checks: true)
    case .rateCheck:
      make(
        function, ["key", "windowSeconds", "limit"], 3, .result, effect: .write, fails: .critical,
        [.clock], .keepsArguments, sink: .store([0]), deterministic: false, checks: true)
    case .rateReset:
      make(
        function, ["key"], 1, .own, effect: .write, [.clock], sink: .store([0]))
    case .ioParallel: make(function, ["functions"], 1, .own, [.runtimeCallback], .called)
    case .ioRace:
      make(
        function, ["functions"], 1, .own, [.runtimeCallback], .called, deterministic: false)
    case .scope: make(function, ["name", "body"], 2, .own, [.runtimeCallback], .called)
    case .scopeUsing:
      make(function, ["resource", "cleanup"], 2, .own, [.runtimeCallback], .keeps([0]))
    case .scopeEnsure: make(function, ["cleanup"], 1, .undefined, [.runtimeCallback])
    case .formatIso, .formatHttp:
      make(function, ["milliseconds"], 1, .string, [], .keepsArguments, checks: true)
    case .addSeconds:
      make(function, ["milliseconds", "seconds"], 2, .number, [], .keepsArguments, checks: true)
    }
  }

  private static func make(
    _ function: ModuleFunction, _ parameters: [String], _ required: Int,
    _ result: ModuleRow.Result, effect: ModuleRow.Effect = .none,
    fails failure: ModuleRow.Failure = .never, _ capabilities: [ModuleRow.Capability] = [],
    _ taint: ModuleRow.Taint = .none, sink: ModuleRow.Sink = .none,
    literal: ModuleRow.ContractLiteral = .none, deterministic: Bool = true, checks: Bool = false
  ) -> ModuleRow {
    ModuleRow(
      function: function, parameters: parameters, required: required, effect: effect,
      failure: failure, capabilities: capabilities, result: result, taint: taint,
      checksValues: checks, sink: sink, literal: literal, isDeterministic: deterministic)
  }
}
