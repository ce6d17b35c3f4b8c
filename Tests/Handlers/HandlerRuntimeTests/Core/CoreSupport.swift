import Glibc
import HandlerLanguage
import Testing

@testable import HandlerRuntime

/// A program from source text, made ready to run with every built-in.
struct CoreProgram {
  let program: Program
  let isolate: Isolate

  struct Invalid: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameters:
  ///   - files: source by path; `handler.tsx` is the entry.
  init(files: [String: String], limits: Limits = Limits()) throws {
    let loaded = Self.load(files)
    guard let program = loaded.program else {
      throw Invalid(description: loaded.diagnostics.map(\.description).joined(separator: "\n"))
    }
    self.program = program
    var registry = NativeRegistry()
    Builtins.register(
      in: &registry,
      services: BuiltinServices(now: { 0 }, random: { 0.5 }, log: { _, _, _ in }))
    isolate = try Isolate(program: program, natives: registry, limits: limits)
  }

  private static func load(_ files: [String: String]) -> ProgramLoadResult {
    Program.load(entry: "handler.tsx") { (path: String) -> [UInt8]? in
      files[path].map { Array($0.utf8) }
    }
  }

  init(_ source: String, limits: Limits = Limits()) throws {
    try self.init(files: ["handler.tsx": source], limits: limits)
  }

  /// Calls the handler with a number and gives what it returned as text.
  func run(_ argument: Double = 0) throws -> String {
    try isolate.withRequest { (context) throws(Fault) -> String in
      let result = try context.call(isolate.handler, Value(argument))
      return try context.swiftText(result)
    }
  }

  /// The fault that calling the handler raises.
  func fault(_ argument: Double = 0) throws -> Fault? {
    do {
      _ = try run(argument)
      return nil
    } catch let fault as Fault {
      return fault
    }
  }
}

/// What the body of a handler returns, as text.
func run(_ body: String) throws -> String {
  try CoreProgram("export function handler(req) {\n\(body)\n}").run()
}

/// What an expression gives, as JSON.
func json(_ expression: String) throws -> String {
  try CoreProgram("export const handler = (req) => JSON.stringify(\(expression)) ?? 'undefined'")
    .run()
}

/// The whole text of a file below the repository's root.
func repositoryFile(_ path: String) throws -> String {
  let root = #filePath.split(separator: "/").dropLast(5).joined(separator: "/")
  let descriptor = open("/\(root)/\(path)", O_RDONLY)
  guard descriptor >= 0 else { throw CoreProgram.Invalid(description: "no file \(path)") }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    guard count > 0 else { break }
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
