import Archive
import ContentStore

/// What a program's ELF headers say of it.
///
/// Reference: System V ABI, "ELF Header", "Program Header", "Note Section".
public struct ProgramHeader: Sendable {
  /// What it runs on.
  public let platform: Descriptor.Platform
  private let path: String
  private let tableOffset: UInt64
  private let entrySize: Int
  private let entryCount: Int

  /// In bytes.
  public static let size = 64

  /// What the runtime's note has as its owner: `zigttp` and a NUL.
  private static let noteName = Array("zigttp\0".utf8)
  private static let noteType: UInt32 = 1
  private static let noteSegment: UInt32 = 4
  private static let noteLimit: UInt64 = 64 << 10

  /// From a file's first bytes.
  ///
  /// - Parameter path: for the error.
  /// - Throws: `badRuntime` for anything but a 64-bit little-endian program of a known machine.
  public init(_ header: [UInt8], path: String) throws(ImageError) {
    guard header.count >= Self.size, header.starts(with: [0x7f] + Array("ELF".utf8)) else {
      throw .badRuntime(path: path, reason: "no ELF header")
    }
    guard header[4] == 2, header[5] == 1 else {
      throw .badRuntime(path: path, reason: "not 64-bit little-endian")
    }
    switch header.number(at: 18, UInt16.self) {
    case 62: platform = Descriptor.Platform(architecture: "amd64")
    case 183: platform = Descriptor.Platform(architecture: "arm64")
    case let other:
      throw .badRuntime(path: path, reason: "machine \(other) of the ELF header")
    }
    self.path = path
    tableOffset = header.number(at: 32, UInt64.self)
    entrySize = Int(header.number(at: 54, UInt16.self))
    entryCount = Int(header.number(at: 56, UInt16.self))
  }

  /// Whether the program has the note that every zigttp runtime has.
  ///
  /// - Throws: `archive` when it cannot be read.
  func isRuntime(_ file: some ByteSource) throws(ImageError) -> Bool {
    guard entrySize >= 56, let table = try bytes(of: file, at: tableOffset, tableSize) else {
      return false
    }
    for start in stride(from: 0, to: table.count, by: entrySize)
    where table.number(at: start, UInt32.self) == Self.noteSegment {
      let offset = table.number(at: start + 8, UInt64.self)
      let length = table.number(at: start + 32, UInt64.self)
      let alignment = table.number(at: start + 48, UInt64.self)
      guard length <= Self.noteLimit, let notes = try bytes(of: file, at: offset, length) else {
        continue
      }
      if Self.holdsNote(notes, alignment: alignment == 8 ? 8 : 4) { return true }
    }
    return false
  }

  private var tableSize: UInt64 { UInt64(entrySize * entryCount) }

  /// Nil for a stretch that is not in the file.
  private func bytes(
    of file: some ByteSource, at offset: UInt64, _ count: UInt64
  ) throws(ImageError) -> [UInt8]? {
    guard offset <= file.length, count <= file.length - offset else { return nil }
    return try wrapping(archive: file.bytes(at: offset, count: Int(count)))
  }

  private static func holdsNote(_ notes: [UInt8], alignment: Int) -> Bool {
    func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
    var place = 0
    while notes.count - place >= 12 {
      let nameSize = Int(notes.number(at: place, UInt32.self))
      let contentSize = Int(notes.number(at: place + 4, UInt32.self))
      let type = notes.number(at: place + 8, UInt32.self)
      let name = notes.dropFirst(place + 12).prefix(nameSize)
      if type == noteType, name.elementsEqual(noteName) { return true }
      place = padded(padded(place + 12 + nameSize) + contentSize)
    }
    return false
  }
}

extension [UInt8] {
  /// A little-endian number.
  fileprivate func number<Number: FixedWidthInteger>(at place: Int, _: Number.Type) -> Number {
    let bytes = self[place..<(place + MemoryLayout<Number>.size)]
    return bytes.reversed().reduce(0) { $0 << 8 | Number($1) }
  }
}
