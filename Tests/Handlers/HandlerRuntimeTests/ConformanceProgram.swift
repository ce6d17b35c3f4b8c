import HandlerLanguage
import Synchronization
import Testing

@testable import HandlerRuntime

/// A program of `testdata/handlers/conformance`, or one given as text, in an isolate with the
/// built-ins only.
struct ConformanceProgram {
  /// Which rows of the tables were called.
  final class Rows: Sendable {
    private let names = Mutex<Set<String>>([])
    func note(_ name: String) { names.withLock { _ = $0.insert(name) } }
    var all: Set<String> { names.withLock { $0 } }
  }

  /// What `console` was given.
  final class Lines: Sendable {
    private let lines = Mutex<[(ConsoleLevel, String)]>([])
    func add(_ level: ConsoleLevel, _ text: [UInt8]) {
      lines.withLock { $0.append((level, String(decoding: text, as: UTF8.self))) }
    }
    var all: [(ConsoleLevel, String)] { lines.withLock { $0 } }
  }

  let isolate: Isolate
  let rows = Rows()
  let log = Lines()

  struct Refused: Error { var diagnostics: [Diagnostic] }

  /// Loads a file of the folder.
  init(file: String, limits: Limits = Limits()) throws {
    try self.init(entry: file, limits: limits) { name in try? ConformanceFiles.bytes(name) }
  }

  /// Loads a text as `handler.jsx`.
  init(source: String, limits: Limits = Limits()) throws {
    try self.init(entry: "handler.jsx", limits: limits) { name in
      name == "handler.jsx" ? Array(source.utf8) : nil
    }
  }

  /// A program whose handler gives the JSON of an expression.
  init(expression: String, limits: Limits = Limits()) throws {
    try self.init(
      source: "export default (req) => Response.json([\(expression)]);", limits: limits)
  }

  private init(entry: String, limits: Limits, read: (String) -> [UInt8]?) throws {
    let loaded = Program.load(entry: entry, read: read)
    guard let program = loaded.program else { throw Refused(diagnostics: loaded.errors) }
    var registry = NativeRegistry()
    let log = log
    Builtins.register(
      in: &registry,
      services: BuiltinServices(
        now: { 1_700_000_000_123.9 }, random: { Double.random(in: 0..<1) },
        log: { _, level, text in log.add(level, text) }))
    let rows = rows
    for row in BuiltinMember.allCases {
      guard let native = registry.members[row] else { continue }
      registry.members[row] = { c throws(Fault) in
        rows.note(row.rawValue)
        return try native(c)
      }
    }
    for row in BuiltinGlobal.allCases {
      guard let native = registry.globals[row] else { continue }
      registry.globals[row] = { c throws(Fault) in
        rows.note(row.rawValue)
        return try native(c)
      }
    }
    for row in BuiltinMethod.allCases {
      guard let native = registry.methods[row] else { continue }
      registry.methods[row] = { c throws(Fault) in
        rows.note(row.rawValue)
        return try native(c)
      }
    }
    isolate = try Isolate(program: program, natives: registry, limits: limits)
  }

  /// Serves one request.
  func answer(_ request: RuntimeRequest) throws(Fault) -> RuntimeResponse {
    try isolate.withRequest { (c) throws(Fault) in
      let req = try RequestObject.make(request, c)
      return try ResponseReader.read(try c.call(isolate.handler, req), c)
    }
  }

  /// The body of the answer to `GET target`.
  func body(_ target: String = "/") throws(Fault) -> String {
    String(decoding: try answer(RuntimeRequest(method: "GET", target: target)).body, as: UTF8.self)
  }
}
