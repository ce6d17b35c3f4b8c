import Glibc

/// The recorded answers under `testdata/handlers/conformance`.
enum ConformanceFiles {
  /// The folder, found from this source file.
  static let folder: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/") + "/testdata/handlers/conformance"
  }()

  struct Missing: Error { var path: String }

  /// A file's bytes.
  static func bytes(_ name: String) throws -> [UInt8] {
    let path = folder + "/" + name
    guard let file = fopen(path, "rb") else { throw Missing(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// A file's text.
  static func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// A file's lines.
  static func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map(String.init)
  }

  /// A tab-separated file's rows.
  static func rows(_ name: String) throws -> [[String]] {
    try lines(name).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
