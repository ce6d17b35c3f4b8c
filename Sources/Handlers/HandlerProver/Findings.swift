import Contracts
import Encodings
import HandlerLanguage

/// What the last pass over the program writes down: by then every table is complete, so that
/// nothing in here can depend on a state that was only passed through. The properties are functions
/// of it.
final class Findings {
  /// A place a witness points at.
  struct Place: Hashable {
    @Bytewise var what: String
    var position: SourcePosition
    /// Of the last one, where a secret or a credential leaks.
    var leak: Leak?
    /// Of the first one, where data comes into being: what it is followed by.
    var label: Label?
    /// Whether it only says what something is called.
    var isName = false
  }

  /// A place where data leaves the handler or stays behind.
  enum Sink: Hashable {
    case response, log, cache, egress, egressHeader
    /// Parameters of statements that write.
    case sql
    /// Parameters of statements that only read: nothing stays behind.
    case query
    /// What of a response is neither its body nor `set-cookie`; it counts as `response` too.
    case responseField

    var name: String {
      switch self {
      case .response, .responseField: "response"
      case .log: "log"
      case .cache: "cache"
      case .sql, .query: "sql"
      case .egress, .egressHeader: "fetch"
      }
    }
  }
  /// Labelled data that reaches a place.
  struct Reach: Hashable {
    var sink: Sink
    /// What a deploy names it by.
    @Bytewise var name: String
    var labels: Labels
    @Bytewise var what: String
    var position: SourcePosition
  }
  /// What a write is, for a request that is sent twice.
  enum Repetition: Hashable {
    /// Doing it again with the same arguments changes nothing more.
    case harmless
    /// Each time changes something.
    case counts
  }
  /// A call that changes something outside of the request.
  struct Write: Hashable {
    @Bytewise var what: String
    var repetition: Repetition
    /// Labels of its arguments and of what decides whether it happens.
    var deciding: Labels
    /// What the rule about filled cache places lets pass of them.
    var exempt: Labels
    var position: SourcePosition
  }
  /// Data where it must not stand, or not as it is.
  struct Injection: Hashable {
    var labels: Labels
    @Bytewise var what: String
    var position: SourcePosition
  }

  /// Why a proof is partial, besides Results that are not safe.
  enum Gap: CaseIterable {
    /// A path does not return a Response.
    case answers
    /// What a section of the contract lists is not all.
    case env, egress, cache
  }
  /// A call in a frame.
  struct CallPlace: Hashable {
    var call: Int
    var frame: Int
  }
  /// One place at which a function returns.
  struct Return {
    /// What stands behind `return`; nil where nothing does.
    var expression: Expression?
    /// Whether the end of the function is reached.
    var isEnd: Bool
    var value: AbstractValue
  }

  var functions: Set<ModuleFunction> = []
  var capabilities: Set<ByteName> = []
  var declaredSpecs: Set<ByteName> = []

  var envNames: Set<ByteName> = []
  var envRequired: Set<ByteName> = []
  var envSecret: Set<ByteName> = []
  var cacheNamespaces: Set<ByteName> = []
  var hosts: Set<ByteName> = []
  var egressCredentials: Set<Contract.EgressCredential> = []
  var routes: Set<Contract.APIRoute> = []
  var routesAreDynamic = false
  /// Paths that the request's path is compared with, and those under which something is answered.
  var askedPaths: Set<StringShape> = []
  var coveredPaths: Set<StringShape> = []

  var reached: Set<Reach> = []
  var writes: Set<Write> = []
  var injections: Set<Injection> = []
  /// Stores into what was made at start.
  var storesAtStart: Set<[Place]> = []
  /// Results whose values are used without a check.
  var uncheckedResults: Set<[Place]> = []
  /// Calls that can fail, with the answers that do not tell of it.
  var openOutcomes: Set<[Place]> = []
  /// Where each call that can fail stands, by the object that tells of it.
  var failableCalls: [Int: SourcePosition] = [:]
  /// Where each response is made.
  var answersAt: [Int: SourcePosition] = [:]

  /// What the paths of each frame's function return, by where they do.
  var returns: [Int: [SourcePosition: Return]] = [:]
  /// The frames that the calls of a frame lead to.
  var entered: [CallPlace: Indices] = [:]
  /// The functions that are called there, callbacks of built-in functions left out.
  var callees: [CallPlace: Indices] = [:]
  var warnings: Set<Diagnostic> = []
  /// Where whatever is returned is no Response; whether nothing at all is.
  var unanswered: [Place: Bool] = [:]

  private(set) var gaps: [Gap: Set<[Place]>] = [:]

  /// The proof is not complete, and why.
  func leave(_ gap: Gap, _ steps: [Place]) { gaps[gap, default: []].insert(steps) }
  /// Whether nothing of the kind was met.
  func isClosed(_ gap: Gap) -> Bool { gaps[gap] == nil }
}
