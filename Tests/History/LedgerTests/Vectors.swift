import Contracts
import Foundation

/// The documents of a file in `testdata/vectors`.
func vectors(_ name: String) throws -> [JSONValue] {
  var path = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { path.deleteLastPathComponent() }
  return try Data(contentsOf: path.appendingPathComponent("testdata/vectors/\(name).jsonl"))
    .split(separator: UInt8(ascii: "\n")).map { try JSONReader.lenient(Array($0)) }
}
