import Contracts
import Digests
import JSON

/// What a line says but for its facts, which are most of it: texts are places in the line, and no tree
/// is made. Every reader of rows reads them by this.
public struct ScannedRow: Sendable {
  /// A text of the line, as it stands there or with its escapes resolved.
  public enum Text: Sendable {
    case bytes(Range<Int>)
    case decoded(String)
  }

  /// Milliseconds since 1970.
  public private(set) var ts: Int64 = 0
  /// What happened.
  public private(set) var kind = LedgerRow.Kind.other("")
  /// nil when the line has none.
  public private(set) var handlerPath: Text?
  /// The slug of the service; rows of others may have none.
  public private(set) var service: Text?
  /// Digest of the sources' tar; nil, too, for one that is no digest.
  public private(set) var sources: Digest?
  /// The version of the prover.
  public private(set) var prover: Text?
  /// `local`, or the control plane's origin and scope.
  public private(set) var target: Text?
  /// Digest of the deploy record; nil, too, for one that is no digest.
  public private(set) var record: Digest?
  /// Digest of the image manifest; the same.
  public private(set) var image: Digest?
  /// Digest of the self-contained program; the same.
  public private(set) var binary: Digest?
  /// Where the value of `facts` stands; nil when the line has none.
  public private(set) var facts: Range<Int>?

  /// Reads a line without its newline.
  ///
  /// - Parameter knownFacts: asked where the facts begin, with what was read before them; the length
  ///   of the value where the caller has seen the very same one. Other facts are only checked to be
  ///   JSON.
  /// - Throws: `JSONError` for a line that is no row.
  public init(
    _ line: UnsafeBufferPointer<UInt8>,
    knownFacts: (ScannedRow, Int) -> Int? = { _, _ in nil }
  ) throws(JSONError) {
    var cursor = try JSONMemberCursor(line)
    var (time, word): (Range<Int>?, Text?) = (nil, nil)
    while let range = try cursor.nextKey() {
      switch try Key(range, line) {
      case .facts:
        let known = knownFacts(self, cursor.position)
        if let known {
          facts = cursor.skip(knownLength: known)
        } else {
          facts = try cursor.skipValue()
        }
      case .ts: time = try cursor.skipValue()
      case .kind: word = try Self.text(line, try cursor.skipValue())
      case .handlerPath: handlerPath = try Self.text(line, try cursor.skipValue())
      case .serviceName: service = try Self.text(line, try cursor.skipValue())
      case .sources: sources = try Self.digest(line, try cursor.skipValue())
      case .prover: prover = try Self.text(line, try cursor.skipValue())
      case .target: target = try Self.text(line, try cursor.skipValue())
      case .record: record = try Self.digest(line, try cursor.skipValue())
      case .image: image = try Self.digest(line, try cursor.skipValue())
      case .binary: binary = try Self.digest(line, try cursor.skipValue())
      case .other: _ = try cursor.skipValue()
      }
    }
    ts = try RowTime.milliseconds(time.map { line[$0] })
    guard let word else { throw JSONError(.shape(path: "kind", expected: "a string")) }
    kind = Self.kind(word, line)
  }

  /// The text of a place in the line.
  public static func string(_ text: Text, _ line: UnsafeBufferPointer<UInt8>) -> String {
    switch text {
    case .bytes(let range): String(decoding: line[range], as: UTF8.self)
    case .decoded(let text): text
    }
  }

  private enum Key {
    case ts, kind, handlerPath, serviceName, facts, sources, prover, target, record, image, binary
    case other

    init(_ range: Range<Int>, _ line: UnsafeBufferPointer<UInt8>) throws(JSONError) {
      let bytes = UnsafeBufferPointer(rebasing: line[range])
      // Lengths differ nearly everywhere, which spares most comparisons.
      self =
        switch bytes.count {
        case 2 where bytes.holds("ts"): .ts
        case 4 where bytes.holds("kind"): .kind
        case 5 where bytes.holds("facts"): .facts
        case 5 where bytes.holds("image"): .image
        case 6 where bytes.holds("target"): .target
        case 6 where bytes.holds("record"): .record
        case 6 where bytes.holds("prover"): .prover
        case 6 where bytes.holds("binary"): .binary
        case 7 where bytes.holds("sources"): .sources
        case 11 where bytes.holds("handlerPath"): .handlerPath
        case 11 where bytes.holds("serviceName"): .serviceName
        default: .other
        }
      if self == .other, bytes.contains(UInt8(ascii: "\\")) {
        let quoted = line[range.lowerBound - 1...range.upperBound]
        guard case .string(let name) = try JSONReader.lenient(quoted),
          !name.utf8.contains(UInt8(ascii: "\\"))
        else { return }
        let plain = Array(name.utf8)
        self = try plain.withUnsafeBufferPointer { bytes in
          Result { () throws(JSONError) in try Key(0..<bytes.count, bytes) }
        }.get()
      }
    }
  }

  // nil for a value that is no string.
  private static func text(
    _ line: UnsafeBufferPointer<UInt8>, _ value: Range<Int>
  ) throws(JSONError) -> Text? {
    guard line[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
    let inside = value.lowerBound + 1..<value.upperBound - 1
    if !line[inside].contains(UInt8(ascii: "\\")) { return .bytes(inside) }
    return try JSONReader.lenient(line[value]).stringValue.map(Text.decoded)
  }

  private static func digest(
    _ line: UnsafeBufferPointer<UInt8>, _ value: Range<Int>
  ) throws(JSONError) -> Digest? {
    try text(line, value).flatMap { Digest(string($0, line)) }
  }

  private static func kind(_ text: Text, _ line: UnsafeBufferPointer<UInt8>) -> LedgerRow.Kind {
    if case .bytes(let range) = text {
      let bytes = UnsafeBufferPointer(rebasing: line[range])
      if bytes.holds("deploy") { return .deploy }
      if bytes.holds("check") { return .check }
    }
    return LedgerRow.Kind(string(text, line))
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are the bytes of a word.
  func holds(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for index in 0..<count where self[index] != word.utf8Start[index] { return false }
    return true
  }
}
