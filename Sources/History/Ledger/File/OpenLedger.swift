import ContentStore
import Files
import Glibc

/// Where a line starts, and its length without the newline.
public typealias LinePlace = (offset: Int64, length: Int)

/// `proofs.jsonl`, opened once and read in places.
public struct OpenLedger: Sendable {
  private let file: SharedFile
  // Lines that follow each other are read together, so many bytes at most, or one line.
  private static let together = 256 << 10

  /// A file of lines, wherever it is.
  public init(_ file: SharedFile) { self.file = file }

  /// Reads every terminated line after a place, in order, in constant memory.
  ///
  /// - Parameter body: gets each line; what it throws ends the reading.
  public func lines(
    from start: LedgerPosition, _ body: (LedgerLine) throws -> Void
  ) throws -> LedgerEnd {
    try LedgerFile.read(
      file, from: start, through: file.stamp().size, failing: { $0 as any Error }, body)
  }

  /// The bytes of lines that were found before, in the order given; nil where no line of that length
  /// starts now.
  public func lines(at places: [LinePlace]) throws(LedgerError) -> [[UInt8]?] {
    var lines: [[UInt8]?] = []
    lines.reserveCapacity(places.count)
    var rest = places[...]
    while let first = rest.first {
      guard Self.canBe(first) else {
        lines.append(nil)
        rest = rest.dropFirst()
        continue
      }
      var end = Self.end(of: first)
      let run = rest.prefix { place in
        if place.offset == first.offset { return place.length == first.length }
        guard Self.canBe(place), place.offset == end,
          Self.end(of: place) - first.offset <= Self.together
        else { return false }
        end = Self.end(of: place)
        return true
      }
      // With the newline before it.
      let start = max(0, first.offset - 1)
      let bytes = try file.read(at: start, count: Int(end - start))
      for place in run { lines.append(Self.line(place, in: bytes, from: start)) }
      rest = rest.dropFirst(run.count)
    }
    return lines
  }

  private static func canBe(_ place: LinePlace) -> Bool {
    place.offset >= 0 && (0...LedgerFile.maxLineLength).contains(place.length)
      && place.offset <= Int64.max - Int64(place.length) - 1
  }

  /// Behind its newline.
  private static func end(of place: LinePlace) -> Int64 { place.offset + Int64(place.length) + 1 }

  // A line stands between two newlines, or the start of the file and one, and has none itself.
  private static func line(_ place: LinePlace, in bytes: [UInt8], from start: Int64) -> [UInt8]? {
    let newline = UInt8(ascii: "\n")
    let first = Int(place.offset - start)
    let end = first + place.length
    guard end < bytes.count, bytes[end] == newline, first == 0 || bytes[first - 1] == newline
    else { return nil }
    return bytes.withUnsafeBytes { all in
      let line = all[first..<end]
      if let base = UnsafeRawBufferPointer(rebasing: line).baseAddress,
        memchr(base, Int32(newline), line.count) != nil
      {
        return nil
      }
      return Array(line)
    }
  }

  /// Hands over the bytes between two places in pieces of at most 256 KiB; fewer bytes where the file
  /// ends before.
  public func pieces(
    from start: Int64, count: Int64,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let room = FileBuffer(Self.together)
    var done: Int64 = 0
    while done < count {
      let wanted = room.first(UInt64(count - done))
      let got = try storing(file.file.read(at: UInt64(start + done), into: wanted))
      if got == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: wanted[..<got]))
      done += Int64(got)
    }
  }

  /// The lines between two places, the second of which stands after a newline; fewer where the file
  /// has another form there.
  public func stretch(from: Int64, to: Int64) throws(LedgerError) -> [[UInt8]] {
    let bytes = try file.read(at: from, count: Int(to - from))
    return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast().map(Array.init)
  }
}
