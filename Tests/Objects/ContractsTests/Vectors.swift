import Contracts
import Foundation
import Testing

/// The answers under `testdata/vectors`, one JSON document a line.
enum Vectors {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("testdata/vectors")

  static func lines(_ name: String) throws -> [JSONValue] {
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONReader.lenient(Array($0)) }
  }
}
