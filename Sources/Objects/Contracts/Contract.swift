/// What the prover found in a handler: the document that is hashed, packed, compared and enforced.
///
/// It holds no source position and no absolute path, so that moving a line does not change it.
/// Arrays are sorted bytewise and unique. The written form is canonical JSON; see
/// `Contract+Document.swift`.
public struct Contract: Sendable, Hashable {
  /// `env`: the names a handler reads.
  public struct Env: Sendable, Hashable {
    /// Names read as literals.
    public var literal: [String] = []
    /// Those of them that must be set for the handler to work.
    public var required: [String] = []
    /// Those of them whose values are secrets.
    public var secret: [String] = []
    /// Whether some name is not a literal.
    public var dynamic = false
    /// Nothing read.
    public init() {}
  }
  /// A secret or credential that a handler sends in a header to a literal host.
  public struct EgressCredential: Sendable, Hashable {
    public var source: String
    public var header: String
    public var host: String
    /// A credential from its parts.
    public init(source: String, header: String, host: String) {
      self.source = source
      self.header = header
      self.host = host
    }
  }
  /// `egress`: where a handler connects to.
  public struct Egress: Sendable, Hashable {
    public var hosts: [String] = []
    public var credentials: [EgressCredential] = []
    public var dynamic = false
    /// Nowhere.
    public init() {}
  }
  /// `cache`: the namespaces a handler uses.
  public struct Cache: Sendable, Hashable {
    public var namespaces: [String] = []
    public var dynamic = false
    /// None.
    public init() {}
  }
  /// One named statement.
  public struct SQLQuery: Sendable, Hashable {
    public var name: String
    public var operation: String
    public var statement: String
    public var tables: [String]
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
    public var queries: [SQLQuery] = []
    public var dynamic = false
    /// None.
    public init() {}
  }
  /// One route a handler answers.
  public struct APIRoute: Sendable, Hashable {
    /// `GET`, `POST` …, or `*` where any method is answered.
    public var method: String
    /// `/a/:id`, `/files/*`.
    public var path: String
    /// Names of the `:parameters`, in the order of the path.
    public var pathParams: [String]
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
    public var routes: [APIRoute] = []
    public var routesDynamic = false
    /// None.
    public init() {}
  }

  /// Version of the document's shape.
  public static let currentVersion = 1

  public var version = Contract.currentVersion
  /// Path of the handler, relative to the project root.
  public var handlerPath: String
  /// Virtual modules that are imported, as `zigttp:env`.
  public var modules: [String] = []
  /// Module functions that the handler can reach, as `env.env`.
  public var functions: [String] = []
  public var capabilities: [String] = []
  public var env = Env()
  public var egress = Egress()
  public var cache = Cache()
  public var sql = SQL()
  public var api = API()
  public var properties: [Property: Bool] = [:]
  public var allowedLeaks: [String] = []
  public var declaredSpecs: [String] = []
  public var proofLevel = ProofLevel.none

  /// An empty contract of one handler.
  public init(handlerPath: String) { self.handlerPath = handlerPath }
}
