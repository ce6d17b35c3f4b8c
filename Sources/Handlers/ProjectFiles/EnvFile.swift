/// A `.env` file.
///
/// A line is blank, a comment (`#` first), or `KEY=value` with an optional `export ` before it.
/// Spaces and tabs around line, key and value and a CR at the end are dropped. A value in single or
/// double quotes is taken as it is, without escapes. A byte order mark at the start is skipped.
/// Reference: interface.md, "Project detection".
public struct EnvFile: Sendable, Hashable {
  /// One `KEY=value` line.
  public struct Entry: Sendable, Hashable {
    /// The name that is set.
    public var name: String
    /// Without quotes.
    public var value: String
    /// Counted from 1.
    public var line: Int
  }
  /// A name that was set again; the later line wins.
  public struct Duplicate: Sendable, Hashable {
    /// The name that is set.
    public var name: String
    /// The line that had set it, counted from 1.
    public var firstLine: Int
    /// Counted from 1.
    public var line: Int
  }

  /// Every `KEY=value` line in order.
  public private(set) var entries: [Entry] = []
  /// Lines that set a name which an earlier line had set, to be warned of.
  public private(set) var duplicates: [Duplicate] = []

  /// The value of each name; of a repeated one the last.
  public var values: [String: String] {
    Dictionary(entries.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter path: only for the error's wording.
  /// - Throws: `EnvFileError` for the first malformed line.
  public static func parse(
    _ bytes: some Sequence<UInt8>, path: String = ".env"
  ) throws(EnvFileError) -> EnvFile {
    var file = EnvFile()
    var firstLines: [String: Int] = [:]
    var number = 0
    let all = Array(bytes)
    if let encoding = EditedText.otherEncoding(of: all) {
      throw EnvFileError(path: path, line: 1, expected: "UTF-8, found \(encoding)")
    }
    let lines = EditedText.withoutMark(all)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for line in lines {
      number += 1
      let text = trimmed(line)
      if text.isEmpty || text.first == UInt8(ascii: "#") { continue }
      guard let (name, value) = assignment(text) else {
        throw EnvFileError(path: path, line: number)
      }
      if let first = firstLines[name] {
        file.duplicates.append(Duplicate(name: name, firstLine: first, line: number))
      } else {
        firstLines[name] = number
      }
      file.entries.append(Entry(name: name, value: value, line: number))
    }
    return file
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var text = bytes
    if text.last == 0x0d { text.removeLast() }
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text.drop(while: isSpace)
  }

  private static func assignment(_ line: ArraySlice<UInt8>) -> (String, String)? {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    var key = trimmed(line[..<equals])
    let export = Array("export".utf8)
    if key.starts(with: export) {
      let rest = key.dropFirst(export.count)
      if rest.first == 0x20 || rest.first == 0x09 { key = trimmed(rest) }
    }
    guard isName(key), let bytes = value(trimmed(line[(equals + 1)...])),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return (String(decoding: key, as: UTF8.self), text)
  }

  private static func isName(_ key: ArraySlice<UInt8>) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
    guard let first = key.first, isLetter(first) else { return false }
    return key.allSatisfy {
      isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
  }

  private static func value(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if text.contains(0) { return nil }
    guard let quote = text.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return text
    }
    let inner = text.dropFirst()
    guard let close = inner.firstIndex(of: quote), close == inner.endIndex - 1 else { return nil }
    return inner[..<close]
  }
}

/// A malformed line of a `.env` file. The text of the line is not kept: it may hold a secret.
public struct EnvFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file, as the caller named it.
  public var path: String
  /// Counted from 1.
  public var line: Int

  /// What should stand there.
  public var expected: String

  /// An error from its parts.
  public init(path: String, line: Int, expected: String = "KEY=value") {
    self.path = path
    self.line = line
    self.expected = expected
  }

  /// `.env:3: expected KEY=value`.
  public var description: String { "\(path):\(line): expected \(expected)" }
}
