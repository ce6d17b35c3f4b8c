import FoundationEssentials
import JSON

/// The answers under `testdata/vectors`.
public enum Vectors {
  static let folder = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { path, _ in
    path.deletingLastPathComponent()
  }.appendingPathComponent("testdata/vectors")

  /// The documents of a file, one a line.
  public static func lines(_ name: String) throws -> [JSONValue] {
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    return try data.split(separator: UInt8(ascii: "\n")).map { try JSONReader.lenient(Array($0)) }
  }
}
