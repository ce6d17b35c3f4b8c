import Encodings

/// What the prover found in a handler: the document that is hashed, packed, compared and enforced.
///
/// It holds no source position and no absolute path, so that moving a line does not change it.
/// Arrays are sorted bytewise and unique. The written form is canonical JSON; see
/// `Contract+Document.swift`.
public struct Contract: Sendable, Hashable {
  /// `env`: the names a handler reads.
  public struct Env: Sendable, Hashable {
    /// Names read as literals.
    @Bytewise public var literal: [String] = []
    /// Those of them that must be set for the handler to work.
    @Bytewise public var required: [String] = []
    /// Those of them whose values are secrets.
    @Bytewise public var secret: [String] = []
    /// Whether some name is not a literal.
    public var dynamic = false
    /// Nothing read.
    public init() {}
  }
  /// A secret or credential that a handler sends in a header to a literal host.
  public struct EgressCredential: Sendable, Hashable {
    /// The env name, or the request header.
    @Bytewise public var source: String
    /// In lower case.
    @Bytewise public var header: String
    /// As `egress.hosts` has it.
    @Bytewise public var host: String
    /// A credential from its parts.
    public init(source: String, header: String, host: String) {
      self.source = source
      self.header = header
      self.host = host
    }
  }
  /// `egress`: where a handler connects to.
  public struct Egress: Sendable, Hashable {
    /// Hosts that are literals.
    @Bytewise public var hosts: [String] = []
    /// What is sent to them in headers.
    public var credentials: [EgressCredential] = []
    /// Whether something here is not a literal.
    public var dynamic = false
    /// Nowhere.
    public init() {}
  }
  /// `cache`: the namespaces a handler uses.
  public struct Cache: Sendable, Hashable {
    /// Namespaces that are literals.
    @Bytewise public var namespaces: [String] = []
    /// Whether something here is not a literal.
    public var dynamic = false
    /// None.
    public init() {}
  }
  /// One named statement.
  public struct SQLQuery: Sendable, Hashable {
    /// The name the handler gives it.
    @Bytewise public var name: String
    /// `select`, `insert` …
    @Bytewise public var operation: String
    /// As it stands in the source.
    @Bytewise public var statement: String
    /// Tables it reads or writes.
    @Bytewise public var tables: [String]
    /// A query from its parts.
    public init(name: String, operation: String, statement: String, tables: [String]) {
      self.name = name
      self.operation = operation
      self.statement = statement
      self.tables = tables
    }
  }
  /// `sql`: the statements a handler runs.
  public struct SQL: Sendable, Hashable {
    /// By name.
    public var queries: [SQLQuery] = []
    /// Whether something here is not a literal.
    public var dynamic = false
    /// None.
    public init() {}
  }
  /// One route a handler answers.
  public struct APIRoute: Sendable, Hashable {
    /// `GET`, `POST` …, or `*` where any method is answered.
    @Bytewise public var method: String
    /// `/a/:id`, `/files/*`.
    @Bytewise public var path: String
    /// Names of the `:parameters`, in the order of the path.
    @Bytewise public var pathParams: [String]
    /// Whether every path through the route checks a bearer token first.
    public var requiresBearer: Bool
    /// A route from its parts.
    public init(method: String, path: String, pathParams: [String], requiresBearer: Bool = false) {
      self.method = method
      self.path = path
      self.pathParams = pathParams
      self.requiresBearer = requiresBearer
    }
  }
  /// `api`: the routes.
  public struct API: Sendable, Hashable {
    /// The routes that are literals.
    public var routes: [APIRoute] = []
    /// Whether some route is not a literal.
    public var routesDynamic = false
    /// None.
    public init() {}
  }

  /// Version of the document's shape.
  public static let currentVersion = 1

  /// Of the document that this was read from or will be.
  public var version = Contract.currentVersion
  /// Path of the handler, relative to the project root.
  @Bytewise public var handlerPath: String
  /// Virtual modules that are imported, as `zigttp:env`.
  @Bytewise public var modules: [String] = []
  /// Module functions that the handler can reach, as `env.env`.
  @Bytewise public var functions: [String] = []
  /// What the reachable functions need of the runtime.
  @Bytewise public var capabilities: [String] = []
  /// Environment.
  public var env = Env()
  /// Connections.
  public var egress = Egress()
  /// Cache.
  public var cache = Cache()
  /// Statements.
  public var sql = SQL()
  /// Routes.
  public var api = API()
  /// What was shown; a missing one does not hold.
  public var properties: [Property: Bool] = [:]
  /// Leaks that were allowed by a flag.
  @Bytewise public var allowedLeaks: [String] = []
  /// Properties that the source itself declares.
  @Bytewise public var declaredSpecs: [String] = []
  /// How much could be shown.
  public var proofLevel = ProofLevel.none
  /// The document that it was given by another compiler; nil where all of it was found here.
  public var imported: ImportedContract?

  /// An empty contract of one handler.
  public init(handlerPath: String) { self.handlerPath = handlerPath }
}
