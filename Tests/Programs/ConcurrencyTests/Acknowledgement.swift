import Foundation

/// What a deploy said it had done, with exit code 0.
struct Acknowledgement: Codable, Hashable, Sendable {
  var service: String
  var line: Int
  var ts: Int64
  var record: String
  var image: String

  /// From the document that `deploy --json` printed.
  init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(bytes))
  }

  /// A writer's own file: one line each, written before the writer goes on.
  static func read(_ path: String) throws -> [Acknowledgement] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return try data.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Self.self, from: Data($0))
    }
  }

  func append(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let line = try encoder.encode(self) + [UInt8(ascii: "\n")]
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    defer { close(descriptor) }
    let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == line.count else { throw CocoaError(.fileWriteUnknown) }
  }
}
